package org.blindbook.attestation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.blindbook.attestation.format.SnpProduct;
import org.blindbook.attestation.format.SnpReport;
import org.blindbook.attestation.format.Tee;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KnownBrokenTest {
  private static List<String> names(Subject subject) {
    return KnownBroken.of(subject).stream().map(KnownBroken.Entry::name).toList();
  }

  /** A guest whose firmware is 1.minor.build. */
  private static Subject guest(FakeSnp fake, SnpProduct product, int minor, int build)
      throws Exception {
    fake.report.put(0x1e8, (byte) build).put(0x1e9, (byte) minor).put(0x1ea, (byte) 1);
    return Subject.of(SnpReport.parse(fake.signedReport()), Optional.of(product));
  }

  @Test
  void guestsAreToldByLineAndFirmware() throws Exception {
    assertThat(names(guest(FakeSnp.milan(), SnpProduct.MILAN, 55, 21)))
        .containsExactly("milan-vcek", "badram", "entrysign", "ddr4-interposer");
    assertThat(names(guest(FakeSnp.milan(), SnpProduct.MILAN, 55, 22))).doesNotContain("badram");
    assertThat(names(guest(FakeSnp.genoa(3), SnpProduct.GENOA, 55, 37)))
        .containsExactly("badram", "ddr5-interposer");
    assertThat(names(guest(FakeSnp.genoa(3), SnpProduct.GENOA, 55, 38)))
        .containsExactly("ddr5-interposer");
    assertThat(names(guest(FakeSnp.turin(3), SnpProduct.TURIN, 10, 0)))
        .containsExactly("ddr5-interposer");
  }

  @ParameterizedTest
  @CsvSource({
    "SGX, 00606a000000, ddr4-interposer",
    "SGX, 30606a000000, ddr4-interposer",
    "SGX, 00806f050000, ddr5-interposer",
    "TDX, b0c06f000000, ddr5-interposer",
    "TDX, 00a06d080000, ddr5-interposer",
    "SGX, 00906ed50000, ''"
  })
  void intelsPlatformsAreToldByTheirModel(Tee tee, String fmspc, String expected) {
    assertThat(String.join(" ", names(Subject.of(tee, Optional.empty(), Optional.of(fmspc)))))
        .isEqualTo(expected);
  }

  private static String policyFor(String measurement, String more) {
    return """
    version: 1
    trustRoots:
      - name: amd
      - name: intel
    measurements:
      - measurement: %s
        release: 0.1.0
        commit: 0123abc
        reason: reviewed
        date: 2026-11-22
    allowDebug: true
    %s
    """
        .formatted(measurement, more);
  }

  @Test
  void aHoleIsAFindingUntilThePolicyNamesIt() throws Exception {
    Vectors.Case milan = Vectors.snp("snp-milan-v2-google");
    Instant instant = Instant.ofEpochSecond(1735689600);
    String measurement = milan.text("measurement");
    byte[] report = milan.file("report.bin");
    byte[] collateral = milan.snpCollateral().encode();
    Verdict verdict =
        Verifier.verify(
            report,
            collateral,
            Binding.none(),
            AppraisalPolicy.parse(policyFor(measurement, "")),
            instant);
    assertThat(verdict.authentic()).isTrue();
    assertThat(verdict.findings()).hasSize(4);
    assertThat(verdict.findings()).extracting(Finding::fault).containsOnly(Fault.KNOWN_BROKEN);
    assertThat(verdict.findings().get(0).text()).contains("milan-vcek", "2605.12990");
    String named = "knownBroken: [milan-vcek, badram, entrysign, ddr4-interposer]";
    Verdict accepted =
        Verifier.verify(
            report,
            collateral,
            Binding.none(),
            AppraisalPolicy.parse(policyFor(measurement, named)),
            instant);
    assertThat(accepted.findings()).isEmpty();
    assertThat(accepted.knownBroken()).hasSize(4);
    Verdict looked = milan.verifySnp(instant); // without a policy it is said, and no finding
    assertThat(looked.knownBroken()).hasSize(4);
    assertThat(looked.findings()).extracting(Finding::fault).containsExactly(Fault.DEBUG);
  }

  @Test
  void aSimulatedPlatformHasNoHardwareToBreak() throws Exception {
    assertThat(FakeSnp.milan().verdict().knownBroken()).isEmpty();
  }

  @Test
  void namesThatNobodyKnowsAreRefusedAndKnownOnesRemarked() throws PolicyException {
    assertThatThrownBy(
            () -> AppraisalPolicy.parse(policyFor("07".repeat(48), "knownBroken: [spectre]")))
        .hasMessageContaining("Line 12")
        .hasMessageContaining("milan-vcek");
    assertThat(AppraisalPolicy.parse(policyFor("07".repeat(48), "knownBroken: [badram]")).remarks())
        .anyMatch(remark -> remark.startsWith("It accepts badram, by which "));
  }

  @Test
  void everyEntryIsDatedAndSaysWhatHolds() {
    assertThat(KnownBroken.entries()).hasSizeGreaterThanOrEqualTo(5);
    for (KnownBroken.Entry entry : KnownBroken.entries()) {
      assertThat(entry.since()).as(entry.name()).isBefore(KnownBroken.date());
      assertThat(entry.holds()).isNotBlank();
      assertThat(entry.platforms()).isNotEmpty();
    }
  }
}
