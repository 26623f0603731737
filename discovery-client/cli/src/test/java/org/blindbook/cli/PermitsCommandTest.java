package org.blindbook.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.blindbook.client.state.FileStateStore;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PermitsCommandTest {
  @TempDir Path folder;

  @Test
  void knowsNothingBeforeTheFirstDiscovery() throws IOException {
    Path state = Files.createDirectory(folder.resolve("state"));
    CommandRun run = CommandRun.of("permits", "--state", state.toString());
    assertThat(run.exitCode()).isZero();
    assertThat(run.out())
        .isEqualToIgnoringNewLines(
            "Nothing is known yet: run blindbook discover with this state first.");
    CommandRun json = CommandRun.of("permits", "--state", state.toString(), "--json");
    assertThat(json.out()).isEqualToIgnoringNewLines("{\"permits\":null}");
  }

  @Test
  void doesNotMakeADirectoryThatIsMissing() {
    Path missing = folder.resolve("missing");
    CommandRun run = CommandRun.of("permits", "--state", missing.toString());
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err())
        .isEqualToIgnoringNewLines(
            "blindbook: There is no such state directory: name the one that blindbook discover was"
                + " given.");
    assertThat(missing).doesNotExist();
  }

  @Test
  void waitsForNobody() throws IOException {
    Path state = folder.resolve("state");
    try (FileStateStore store = FileStateStore.open(state)) {
      store.save(new byte[200]);
      assertThat(CommandRun.of("permits", "--state", state.toString()).exitCode()).isEqualTo(5);
    }
    CommandRun damaged = CommandRun.of("permits", "--state", state.toString());
    assertThat(damaged.exitCode()).isEqualTo(2);
    assertThat(damaged.err()).startsWith("blindbook: The stored state is ");
  }
}
