package org.blindbook.server.serving;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SocketsTest {
  @ParameterizedTest
  @CsvSource({
    "20000, 1, 10000, 2000, false",
    "12256, 1, 10000, 2000, false",
    "12255, 1, 9999, 2000, true",
    "20000, 2, 5000, 2000, false",
    "12255, 2, 4999, 2000, true",
    "4096, 1, 2880, 960, true",
    "1024, 1, 576, 192, true",
    "100, 1, 1, 1, true",
  })
  void filesAreLeftForStoreAndEnclaves(
      long limit, int roles, int sessions, int plain, boolean reduced) {
    Sockets sockets = Sockets.of(10_000, 2_000, roles, OptionalLong.of(limit));
    assertThat(sockets).isEqualTo(new Sockets(sessions, plain, reduced));
  }

  @Test
  void withoutALimitThereIsWhatIsConfigured() {
    assertThat(Sockets.of(10_000, 2_000, 2, OptionalLong.empty()))
        .isEqualTo(new Sockets(5_000, 2_000, false));
  }
}
