package org.blindbook.server.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

class StartProgressTest {
  private final StringWriter said = new StringWriter();

  @Test
  void itSaysWhatIsAwaitedAgainAndAgainAndNothingOnceClosed() throws Exception {
    try (StartProgress progress =
        new StartProgress(new PrintWriter(said), () -> "so far", Duration.ofMillis(5))) {
      Awaitility.await().until(() -> said.toString().lines().count() >= 3);
    }
    Thread.sleep(20);
    String all = said.toString();
    Thread.sleep(50);
    assertThat(said).hasToString(all);
    assertThat(all.lines()).allMatch("blindbook: not ready after 0 s: so far"::equals);
  }

  @Test
  void whoIsReadySoonSeesNothing() {
    new StartProgress(new PrintWriter(said), () -> "so far", StartProgress.EVERY).close();
    assertThat(said.toString()).isEmpty();
  }
}
