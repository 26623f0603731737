package org.blindbook.auditor.timing;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.blindbook.auditor.timing.TimingReport.Row;
import org.junit.jupiter.api.Test;

class TimingReportTest {
  private static TimingReport report(double t, double planted) {
    return new TimingReport(
        "plain",
        List.of(
            Row.parse("hits against misses|false|100000|50000.0|50001.0|" + t + "|1.0|2.0"),
            Row.parse("planted|true|100000|50000.0|50001.0|" + planted + "|1.0|2.0")));
  }

  @Test
  void passesBelowTheLimitWhenThePlantedLeakWasSeen() {
    assertThat(report(-4.4, -10.1).exitCode()).isEqualTo(0);
  }

  @Test
  void failsAboveTheLimitInEitherDirection() {
    assertThat(report(4.6, 20).exitCode()).isEqualTo(2);
    assertThat(report(-4.6, 20).exitCode()).isEqualTo(2);
  }

  @Test
  void isBlindWhenThePlantedLeakWasNotSeen() {
    assertThat(report(0.1, 9.9).exitCode()).isEqualTo(3);
  }

  @Test
  void leaksOutrankBlindness() {
    assertThat(report(5, 0).exitCode()).isEqualTo(2);
  }

  @Test
  void saysWhatItWouldHaveSeen() {
    assertThat(report(0, 11).json()).contains("\"visibleNanos\":9.0", "\"exitCode\":0");
  }
}
