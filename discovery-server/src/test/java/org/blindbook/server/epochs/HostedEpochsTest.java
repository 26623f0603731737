package org.blindbook.server.epochs;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.blindbook.server.enclavehost.EnclaveRole;
import org.blindbook.server.enclavehost.EnclaveStartException;
import org.junit.jupiter.api.Test;

class HostedEpochsTest {
  private static HostedEpochs notStarted(EpochPlan plan) {
    return new HostedEpochs(
        Set.of(EnclaveRole.LOOKUP),
        plan,
        () -> Optional.of(plan),
        epoch -> {
          throw new EnclaveStartException("Not in this test.");
        },
        Duration.ZERO,
        statuses -> {});
  }

  /**
   * Clients came to the port before the first enclave was even begun, and were sent away for good.
   */
  @Test
  void whoComesBeforeTheStartIsToldToComeBackAndNotThatTheEpochIsWrong() {
    HostedEpochs truncated = notStarted(new EpochPlan(new TreeSet<>(Set.of(0)), 0));
    assertThat(truncated.choose(List.of())).hasValue(0);
    assertThat(truncated.of(EnclaveRole.LOOKUP, 0)).isEmpty();

    HostedEpochs blinded = notStarted(new EpochPlan(new TreeSet<>(Set.of(1, 2)), 1));
    assertThat(blinded.choose(List.of(2))).hasValue(2);
    assertThat(blinded.of(EnclaveRole.LOOKUP, 2)).isEmpty();
    assertThat(blinded.choose(List.of(3))).isEmpty();
  }
}
