package org.blindbook.attestation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a policy asks of guests of SEV-SNP. */
class SnpDemandsTest {
  private static final String POLICY =
      """
      version: 1
      trustRoots:
        - name: amd
      measurements:
        - measurement: %s
          release: 0.1.0
          commit: 0123abc
          reason: reviewed
          date: 2026-11-22
      """
          .formatted("07".repeat(48));

  private static AppraisalPolicy policy(String more) throws PolicyException {
    return AppraisalPolicy.parse(POLICY + more);
  }

  private static Demands demands(String snp) throws PolicyException {
    return policy("snp: " + snp + "\n").demands();
  }

  /** Genoa in version 5: SMT allowed, its firmware 3, 1, 23, 209 and all zeros at launch. */
  private static FakeSnp guest() {
    FakeSnp fake = FakeSnp.genoa(5);
    fake.report.putLong(0x40, 0b10_0001); // SMT, aliases checked
    fake.report.putInt(0x30, 1); // VMPL
    fake.report.put(0xc0, FakeSnp.filled(32, 9)); // HOST_DATA
    fake.report.put(0x1f0, new byte[] {3, 1, 0, 0, 0, 0, 22, (byte) 209}); // LAUNCH_TCB
    return fake;
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{products: [Genoa, Turin]}|{products: [Milan, Turin]}|SNP_PRODUCT|GUEST",
        "{minimumTcb: {bootloader: 3}}|{minimumTcb: {bootloader: 4}}|MINIMUM_TCB|FIRMWARE",
        "{minimumTcb: {tee: 1}}|{minimumTcb: {tee: 2}}|MINIMUM_TCB|FIRMWARE",
        "{minimumTcb: {snp: 23}}|{minimumTcb: {snp: 24}}|MINIMUM_TCB|FIRMWARE",
        "{minimumTcb: {microcode: 209}}|{minimumTcb: {microcode: 210}}|MINIMUM_TCB|FIRMWARE",
        "{minimumLaunchTcb: {snp: 22}}|{minimumLaunchTcb: {snp: 23}}|MINIMUM_LAUNCH_TCB|FIRMWARE",
        "{vmpl: 1}|{vmpl: 0}|VMPL|GUEST",
        "{guestPolicy: {smt: true}}|{guestPolicy: {smt: false}}|GUEST_POLICY|GUEST",
        "{guestPolicy: {cxl: false}}|{guestPolicy: {ciphertextHiding: true}}|GUEST_POLICY|GUEST",
        "{platformInfo: {smt: true}}|{platformInfo: {smt: false}}|PLATFORM_INFO|GUEST",
        "{platformInfo: {aliasCheckComplete: true}}|{platformInfo: {ciphertextHiding:"
            + " true}}|PLATFORM_INFO|GUEST",
        "{requireRevocationList: false}|{requireRevocationList: true}|ROOT_CRL|COLLATERAL_MISSING",
      })
  void whatIsAskedIsAppraised(String met, String unmet, Step step, Fault fault) throws Exception {
    FakeSnp fake = guest();
    fake.demands = demands(met);
    assertThat(fake.verdict().findings()).isEmpty();
    fake.demands = demands(unmet);
    assertThat(fake.verdict().findings())
        .extracting(Finding::step, Finding::fault)
        .containsExactly(tuple(step, fault));
  }

  @Test
  void hostDataIsNamed() throws Exception {
    FakeSnp fake = guest();
    fake.demands = demands("{hostData: [" + "09".repeat(32) + "]}");
    assertThat(fake.verdict().acceptable()).isTrue();
    fake.demands = demands("{hostData: [" + "08".repeat(32) + "]}");
    assertThat(fake.verdict().findings()).extracting(Finding::step).containsExactly(Step.HOST_DATA);
  }

  @Test
  void reportsThatTheHostAskedForAreOfNoLevel() throws Exception {
    FakeSnp fake = guest();
    fake.report.putInt(0x30, -1);
    fake.demands = demands("{vmpl: 3}");
    assertThat(fake.verdict().findings()).extracting(Finding::step).containsExactly(Step.VMPL);
  }

  @Test
  void turinCountsItsPartsInItsOwnLayout() throws Exception {
    FakeSnp fake = FakeSnp.turin(5);
    fake.demands =
        demands("{minimumTcb: {fmc: 2, bootloader: 3, tee: 1, snp: 23, microcode: 209}}");
    assertThat(fake.verdict().findings()).isEmpty();
    for (String part : List.of("fmc: 3", "bootloader: 4", "tee: 2", "snp: 24", "microcode: 210")) {
      fake.demands = demands("{minimumTcb: {" + part + "}}");
      assertThat(fake.verdict().findings())
          .as(part)
          .extracting(Finding::fault)
          .containsExactly(Fault.FIRMWARE);
    }
    FakeSnp genoa = guest();
    genoa.demands = demands("{minimumTcb: {fmc: 9}}"); // Genoa has none
    assertThat(genoa.verdict().findings()).isEmpty();
  }

  @Test
  void aListThatIsAskedForCounts() throws Exception {
    FakeSnp fake = guest();
    fake.demands = demands("{requireRevocationList: true}");
    byte[] list = fake.revocationList("ARK-Genoa", 77, Duration.ofDays(30));
    assertThat(fake.verdict(fake.signedReport(), fake.collateral(list)).findings()).isEmpty();
  }

  @Test
  void mistakesAreNamed() {
    assertThatThrownBy(
            () ->
                policy(
                    """
                    snp:
                      products: [Milan-B0, Rome]
                      minimumTcb: {snp: 256, ucode: 3}
                      vmpl: 4
                      guestPolicy: {smt: no}
                      platformInfo: yes
                      hostData: [ab]
                      requireList: true
                    """))
        .isInstanceOfSatisfying(
            PolicyException.class,
            e ->
                assertThat(e.mistakes().stream().map(m -> m.replaceAll("Line (\\d+) .*", "$1")))
                    .containsExactly("11", "11", "12", "12", "13", "14", "15", "16", "17"));
  }

  @Test
  void eachDemandThatIsAbsentIsRemarked() throws PolicyException {
    assertThat(policy("").remarks()).anyMatch(remark -> remark.startsWith("It has no snp:"));
    List<String> remarks = policy("snp: {minimumTcb: {snp: 1}}\n").remarks();
    for (String key :
        List.of(
            "products",
            "minimumLaunchTcb",
            "vmpl",
            "guestPolicy",
            "platformInfo.ciphertextHiding",
            "platformInfo.aliasCheckComplete",
            "platformInfo.smt",
            "requireRevocationList")) {
      assertThat(remarks).as(key).anyMatch(remark -> remark.startsWith("It has no snp." + key));
    }
    assertThat(remarks).anyMatch(remark -> remark.contains("write a policy for each"));
    assertThat(
            policy(
                    """
                    kernels: [vector512]
                    runtimes:
                      - digest: %s
                        name: Temurin 25
                    snp:
                      products: [Genoa]
                      minimumTcb: {snp: 27}
                      minimumLaunchTcb: {snp: 27}
                      vmpl: 0
                      guestPolicy: {smt: false}
                      platformInfo: {ciphertextHiding: true, aliasCheckComplete: true, smt: false}
                      requireRevocationList: true
                    """
                        .formatted("ab".repeat(32)))
                .remarks())
        .isEmpty();
    assertThat(AppraisalPolicy.parse(POLICY.replace("amd", "intel") + "snp: {vmpl: 0}\n").remarks())
        .contains("Its snp has no effect: it trusts no root of AMD's.")
        .anyMatch(remark -> remark.startsWith("It has no tdx:"));
  }
}
