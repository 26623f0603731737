package org.blindbook.attestation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import java.io.IOException;
import java.time.Instant;
import java.util.List;
import org.blindbook.attestation.format.SnpCollateral;
import org.blindbook.attestation.format.Tee;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Reports of real SEV-SNP guests, with AMD's certificates. */
class GenuineSnpTest {
  @ParameterizedTest
  @ValueSource(strings = {"snp-milan-v2-google", "snp-genoa-v3-microsoft", "snp-genoa-v5-lunal"})
  void identityAndWindowAreExact(String name) throws IOException {
    Vectors.Case genuine = Vectors.snp(name);
    Instant from = genuine.validFrom();
    Instant until = genuine.validUntil();
    boolean debug = (Boolean) genuine.expected("debug_allowed");
    for (Instant inside : List.of(from, until)) {
      Verdict verdict = genuine.verifySnp(inside);
      assertThat(verdict.tee()).contains(Tee.SEV_SNP);
      assertThat(verdict.authentic()).isTrue();
      assertThat(verdict.debug()).isEqualTo(debug);
      assertThat(verdict.findings())
          .extracting(Finding::fault)
          .isEqualTo(debug ? List.of(Fault.DEBUG) : List.of());
      assertThat(verdict.validFrom()).contains(from);
      assertThat(verdict.validUntil()).contains(until);
      assertThat(verdict.limitedBy()).contains("vek:" + genuine.text("vek"));
      assertThat(verdict.measurement()).isEqualTo(genuine.text("measurement"));
      Identity identity = verdict.identity().orElseThrow();
      for (String part :
          List.of(
              "version",
              "guest_svn",
              "policy",
              "vmpl",
              "current_tcb",
              "platform_info",
              "signer",
              "host_data",
              "reported_tcb",
              "cpuid",
              "chip_id")) {
        assertThat(identity.parts().get(part))
            .asString()
            .isEqualTo(String.valueOf(genuine.expected(part)));
      }
    }
    for (Instant outside : List.of(from.minusSeconds(1), until.plusSeconds(1))) {
      Verdict verdict = genuine.verifySnp(outside);
      assertThat(verdict.authentic()).isFalse();
      assertThat(verdict.findings())
          .extracting(Finding::step, Finding::fault)
          .contains(tuple(Step.VEK_CHAIN, Fault.CERTIFICATE));
    }
  }

  @Test
  void aReportThatTheEndorsementKeyDidNotSignIsRefused() throws IOException {
    Verdict verdict =
        Vectors.snp("snp-negative-invalid-vcek").verifySnp(Instant.parse("2025-01-01T00:00:00Z"));
    assertThat(verdict.authentic()).isFalse();
    assertThat(verdict.findings())
        .extracting(Finding::step, Finding::fault)
        .contains(tuple(Step.REPORT_SIGNATURE, Fault.SIGNATURE));
  }

  @Test
  void theCertificatesOfAnotherLineAreRefused() throws IOException {
    Vectors.Case genoa = Vectors.snp("snp-genoa-v5-lunal");
    SnpCollateral milan = Vectors.snp("snp-milan-v2-google").snpCollateral();
    Verdict verdict =
        Verifier.verify(
            genoa.file("report.bin"),
            milan.encode(),
            Binding.none(),
            AppraisalPolicy.anyGenuineEnclave(),
            genoa.validFrom());
    assertThat(verdict.authentic()).isFalse();
    assertThat(verdict.findings())
        .extracting(Finding::step, Finding::fault)
        .containsExactlyInAnyOrder(
            tuple(Step.REPORT_SIGNATURE, Fault.SIGNATURE),
            tuple(Step.VEK_PRODUCT, Fault.CERTIFICATE),
            tuple(Step.VEK_CHIP, Fault.CERTIFICATE),
            tuple(Step.VEK_TCB, Fault.CERTIFICATE));
  }

  @Test
  void amdEvidenceIsRefusedUnderIntelsRoot() throws IOException {
    Vectors.Case genuine = Vectors.snp("snp-genoa-v5-lunal");
    Verdict verdict =
        Verifier.verify(
            genuine.file("report.bin"),
            genuine.snpCollateral().encode(),
            Binding.none(),
            AppraisalPolicy.anyIntelEnclave(),
            genuine.validFrom());
    assertThat(verdict.authentic()).isFalse();
    assertThat(verdict.findings())
        .extracting(Finding::step, Finding::fault)
        .containsExactly(tuple(Step.VEK_CHAIN, Fault.UNTRUSTED_ROOT));
  }
}
