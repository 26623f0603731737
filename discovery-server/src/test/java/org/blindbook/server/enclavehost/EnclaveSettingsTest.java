package org.blindbook.server.enclavehost;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;

/** The bytes whose digest is attested: sorted lines, the same for the same settings. */
class EnclaveSettingsTest {
  private static final String KEY = "ab".repeat(32);

  @Test
  void aLookupEnclaveHasItsModeAndWhoseOutputsItHolds() {
    assertThat(EnclaveSettings.truncatedLookup(Map.of()).text())
        .isEqualTo(
            """
            channel-key.lifetime-seconds=600
            channel-key.max-sessions=10000
            mode=truncated
            permits.capacity=50000
            permits.refill-per-day=10000
            sessions.max=10000
            """);
    assertThat(EnclaveSettings.blindedLookup(Map.of("sessions.max", "5"), 3, KEY).text())
        .isEqualTo(
            """
            channel-key.lifetime-seconds=600
            channel-key.max-sessions=10000
            epoch=3
            evaluator.public-key=%s
            mode=blinded
            permits.capacity=50000
            permits.refill-per-day=10000
            sessions.max=5
            """
                .formatted(KEY));
  }

  @Test
  void anEvaluatorHasItsEpoch() {
    assertThat(EnclaveSettings.evaluator(Map.of("permits.capacity", "7"), 3).text())
        .isEqualTo(
            """
            channel-key.lifetime-seconds=600
            channel-key.max-sessions=10000
            epoch=3
            permits.capacity=7
            permits.refill-per-day=10000
            sessions.max=10000
            """);
  }

  @Test
  void whatTheEnclaveDoesNotKnowIsRefused() {
    assertThatThrownBy(() -> EnclaveSettings.evaluator(Map.of("mode", "blinded"), 1))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
