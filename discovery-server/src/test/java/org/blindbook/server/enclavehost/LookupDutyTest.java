package org.blindbook.server.enclavehost;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class LookupDutyTest {
  @Test
  void ofSteadyChangesAHundredthAtMostWaitsForASnapshot() {
    assertThat(LookupDuty.longestWait(Duration.ofMinutes(10))).isEqualTo(Duration.ofSeconds(6));
    assertThat(LookupDuty.longestWait(Duration.ofHours(1))).isEqualTo(Duration.ofSeconds(36));
    assertThat(LookupDuty.longestWait(Duration.ofSeconds(5))).isEqualTo(Duration.ofSeconds(1));
  }
}
