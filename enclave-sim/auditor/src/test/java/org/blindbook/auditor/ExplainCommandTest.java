package org.blindbook.auditor;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Locale;
import org.blindbook.attestation.Fault;
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
}
