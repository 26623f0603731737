package org.blindbook.server.enclavehost;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.blindbook.edge.compiled.TableKernel;
import org.junit.jupiter.api.Test;

/** The bytes whose digest is attested: sorted lines, the same for the same settings. */
class EnclaveSettingsTest {
  private static final String KEY = "ab".repeat(32);
  private static final TableSettings TABLE = new TableSettings(TableKernel.VECTOR256, 2);

  @Test
  void aLookupEnclaveHasItsModeAndWhoseOutputsItHolds() {
    assertThat(EnclaveSettings.truncatedLookup(Map.of(), TABLE).text())
        .isEqualTo(
            """
            channel-key.lifetime-seconds=600
            channel-key.max-sessions=10000
            mode=truncated
            permits.capacity=50000
            permits.refill-per-day=10000
            registrations=all
            sessions.max=10000
            table.kernel=vector256
            table.threads=2
            """);
    assertThat(EnclaveSettings.blindedLookup(Map.of("sessions.max", "5"), TABLE, 3, KEY).text())
        .isEqualTo(
            """
            channel-key.lifetime-seconds=600
            channel-key.max-sessions=10000
            epoch=3
            evaluator.public-key=%s
            mode=blinded
            permits.capacity=50000
            permits.refill-per-day=10000
            registrations=all
            sessions.max=5
            table.kernel=vector256
            table.threads=2
            """
                .formatted(KEY));
  }

  @Test
  void theEnclaveOfRecentRegistrationsDiffersInThatAndInItsPermits() {
    EnclaveSettings all =
        EnclaveSettings.blindedLookup(Map.of("permits.refill-per-day", "6000000"), TABLE, 3, KEY);
    assertThat(all.recent(4).text())
        .isEqualTo(
            all.text()
                .replace("registrations=all", "registrations=recent")
                .replace("permits.capacity=50000", "permits.capacity=200000")
                .replace("permits.refill-per-day=6000000", "permits.refill-per-day=10000000"));
    assertThat(all.text()).contains("registrations=all");
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
