package org.blindbook.auditor;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Locale;
import org.blindbook.attestation.Fault;
import org.blindbook.attestation.KnownBroken;
import org.blindbook.attestation.Step;
import org.blindbook.attestation.format.TcbStatus;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ExplainCommandTest extends AuditOfAServer {
  @ParameterizedTest
  @EnumSource(Fault.class)
  void everyFindingIsExplained(Fault fault) {
    assertThat(run("audit", "explain", fault.name().toLowerCase(Locale.ROOT))).isZero();
    assertThat(out).startsWith(fault.name()).contains("Exit code " + fault.exitCode());
    assertThat(out.lines().count()).isGreaterThanOrEqualTo(4);
    assertThat(run("audit", "explain", String.valueOf(fault.exitCode()))).isZero();
    assertThat(out).contains(fault.name());
  }

  @Test
  void whatCannotBeExplainedIsSaid() {
    assertThat(run("audit", "explain", "9")).isEqualTo(1);
    assertThat(err).contains("nothing called 9");
    assertThat(run("audit", "explain")).isZero();
    assertThat(out.lines().count()).isGreaterThan(Fault.values().length);
  }

  @ParameterizedTest
  @EnumSource(Step.class)
  void everyStepThatIsPrintedIsExplained(Step step) {
    assertThat(run("audit", "explain", step.number())).as(err).isZero();
    assertThat(out).contains("step " + step.number());
    assertThat(out.lines().count()).isGreaterThanOrEqualTo(3);
  }

  @ParameterizedTest
  @EnumSource(TcbStatus.class)
  void everyStatusIsExplained(TcbStatus status) {
    assertThat(run("audit", "explain", status.vendorName())).as(err).isZero();
    assertThat(out.lines().count()).isGreaterThanOrEqualTo(3);
  }

  @Test
  void aNumberThatIsAStepAndAnExitCodeIsBoth() {
    assertThat(run("audit", "explain", "0")).isZero();
    assertThat(out).contains("Accepted", "step 0", "in a format");
  }

  @Test
  void everyKnownHoleIsExplained() {
    assertThat(KnownBroken.entries()).isNotEmpty();
    for (KnownBroken.Entry hole : KnownBroken.entries()) {
      assertThat(run("audit", "explain", hole.name())).as(err).isZero();
      assertThat(out).contains(hole.reference(), "What still holds: ");
    }
    assertThat(run("audit", "explain")).isZero();
    assertThat(out).contains("milan-vcek");
  }
}
