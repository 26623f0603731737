package org.blindbook.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.assertj.core.groups.Tuple;
import org.blindbook.attestation.Binding;
import org.blindbook.attestation.Fault;
import org.blindbook.attestation.Finding;
import org.blindbook.attestation.Step;
import org.blindbook.attestation.Verdict;
import org.blindbook.attestation.Verifier;
import org.blindbook.attestation.format.Quote;
import org.blindbook.attestation.format.TcbStatus;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Breaks one of the steps that TDX adds at a time, and expects exactly its finding. */
class TdxStepsTest {
  private static final Tuple MALFORMED = tuple(Step.FORMAT, Fault.MALFORMED);

  private static void assertFindings(Verdict verdict, Tuple... expected) {
    assertThat(verdict.findings())
        .extracting(Finding::step, Finding::fault)
        .containsExactlyInAnyOrder(expected);
    assertThat(verdict.acceptable()).isEqualTo(expected.length == 0);
  }

  @ParameterizedTest
  @CsvSource({"4, false", "5, false", "5, true"})
  void soundTrustDomainsAreAccepted(int version, boolean longBody) throws Exception {
    FakeTdx fake = new FakeTdx();
    fake.version = version;
    fake.longBody = longBody;
    Verdict verdict = fake.verdict();
    assertFindings(verdict);
    assertThat(verdict.status()).contains(TcbStatus.UP_TO_DATE);
    assertThat(verdict.simulated()).isTrue();
    assertThat(verdict.identity().orElseThrow().parts().containsKey("mrservicetd"))
        .isEqualTo(longBody);
    assertThat(Quote.parse(fake.quote().encode()).trailingBytes()).isZero();
  }

  @ParameterizedTest
  @ValueSource(ints = {4, 5})
  void enclavesOfSgxMayComeInNewerQuotes(int version) throws Exception {
    FakeTdx fake = new FakeTdx();
    fake.version = version;
    fake.enclave = true;
    fake.tcbInfoId = "SGX";
    fake.qeId = "QE";
    assertFindings(fake.verdict());
    assertThat(fake.verdict().measurement()).isEqualTo("07".repeat(32));
    fake.tcbInfoId = "TDX";
    fake.qeId = "TD_QE";
    assertFindings(
        fake.verdict(),
        tuple(Step.QE_IDENTITY, Fault.COLLATERAL_MISMATCH),
        tuple(Step.TCB_INFO_PLATFORM, Fault.COLLATERAL_MISMATCH));
  }

  @ParameterizedTest
  @ValueSource(ints = {136, 328, 376, 424, 472})
  void everyMeasurementCounts(int offset) throws Exception {
    FakeTdx fake = new FakeTdx();
    String before = fake.verdict().measurement();
    fake.td[offset] ^= 1;
    assertThat(fake.verdict().measurement()).matches("[0-9a-f]{96}").isNotEqualTo(before);
    Verdict verdict =
        Verifier.verify(
            fake.quote().encode(),
            fake.collateral().encode(),
            Binding.to(FakeTdx.REPORT_DATA),
            fake.policy(before),
            FakeTdx.NOW);
    assertFindings(verdict, tuple(Step.MEASUREMENT, Fault.IDENTITY));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 7})
  void aDomainUnderDebugIsRefused(int bit) throws Exception {
    FakeTdx fake = new FakeTdx();
    fake.td[120] |= (byte) (1 << bit);
    assertFindings(fake.verdict(), tuple(Step.DEBUG, Fault.DEBUG));
    assertThat(fake.verdict().debug()).isTrue();
    assertThat(fake.verdict().authentic()).isTrue();
  }

  @Test
  void aDomainThatMayBeMovedIsRefused() throws Exception {
    FakeTdx fake = new FakeTdx();
    fake.td[123] |= 1 << 5; // bit 29 of 64, little-endian
    assertFindings(fake.verdict(), tuple(Step.MIGRATION, Fault.MIGRATION));
  }

  @Test
  void aModuleOfAnotherSignerOrWithAttributesIsRefused() throws Exception {
    FakeTdx fake = new FakeTdx();
    fake.td[64] = 1;
    assertFindings(fake.verdict(), tuple(Step.TDX_MODULE, Fault.TDX_MODULE));
    fake = new FakeTdx();
    fake.td[112] = 1;
    assertFindings(fake.verdict(), tuple(Step.TDX_MODULE, Fault.TDX_MODULE));
    fake = new FakeTdx();
    fake.moduleSigner = "1".repeat(96);
    assertFindings(fake.verdict(), tuple(Step.TDX_MODULE, Fault.TDX_MODULE));
    assertThat(fake.verdict().authentic()).isFalse();
  }

  @Test
  void aModuleVersionWithoutIdentityIsRefused() throws Exception {
    FakeTdx fake = new FakeTdx();
    fake.td[1] = 2;
    assertFindings(
        fake.verdict(),
        tuple(Step.TDX_MODULE, Fault.TDX_MODULE),
        tuple(Step.TCB_STATUS, Fault.TCB_STATUS));
    assertThat(fake.verdict().status()).contains(TcbStatus.NOT_SUPPORTED);
    fake.moduleId = "tdx_02"; // whatever case the document uses
    assertFindings(fake.verdict());
  }

  @Test
  void theModulesOwnLevelCounts() throws Exception {
    FakeTdx fake = new FakeTdx();
    fake.td[0] = 4;
    assertThat(fake.verdict().status()).contains(TcbStatus.OUT_OF_DATE);
    assertThat(fake.verdict().advisories()).containsExactly("BLINDBOOK-SA-7");
    assertThat(fake.verdict().authentic()).isTrue();
    fake.td[0] = 2;
    assertThat(fake.verdict().status()).contains(TcbStatus.NOT_SUPPORTED);
    assertThat(fake.verdict().advisories()).isEmpty();
    fake = new FakeTdx();
    fake.moduleLevels = FakeTdx.level(5, "Revoked", "");
    assertThat(fake.verdict().status()).contains(TcbStatus.REVOKED);
  }

  @Test
  void laterModulesSkipTheFirstTwoComponentsAndTheFirstModulesDoNot() throws Exception {
    FakeTdx fake = new FakeTdx();
    fake.tdxComponents = List.of(9, 9, 6, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
    assertThat(fake.verdict().status()).contains(TcbStatus.UP_TO_DATE);
    fake.td[1] = 0; // the first modules have no identity of their own
    assertThat(fake.verdict().status()).contains(TcbStatus.OUT_OF_DATE);
    assertThat(fake.verdict().advisories()).containsExactly("BLINDBOOK-SA-6");
    fake.tdxComponents = List.of(5, 0, 6, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
    assertFindings(fake.verdict());
    fake.td[2] = 5;
    assertThat(fake.verdict().status()).contains(TcbStatus.OUT_OF_DATE);
  }

  @Test
  void everyComponentFromTheThirdOnCounts() throws Exception {
    for (int i = 2; i < 16; i++) {
      FakeTdx fake = new FakeTdx();
      Integer[] components = Collections.nCopies(16, 0).toArray(new Integer[0]);
      components[i] = 200;
      fake.tdxComponents = List.of(components);
      fake.td[i] = (byte) 199;
      assertThat(fake.verdict().status()).as("%d", i).contains(TcbStatus.OUT_OF_DATE);
      fake.td[i] = (byte) 200;
      assertThat(fake.verdict().status()).as("%d", i).contains(TcbStatus.UP_TO_DATE);
    }
  }

  @Test
  void documentsOfSgxDoNotSpeakOfTdx() throws Exception {
    FakeTdx fake = new FakeTdx();
    fake.tcbInfoId = "SGX";
    assertThat(fake.verdict().findings())
        .extracting(Finding::step, Finding::fault)
        .containsExactly(tuple(Step.TCB_INFO_PLATFORM, Fault.COLLATERAL_MISMATCH));
    assertThat(fake.verdict().status()).isEmpty();
    fake = new FakeTdx();
    fake.qeId = "QE";
    assertFindings(fake.verdict(), tuple(Step.QE_IDENTITY, Fault.COLLATERAL_MISMATCH));
    fake.qeId = "QVE";
    assertFindings(fake.verdict(), tuple(Step.QE_IDENTITY_SIGNATURE, Fault.MALFORMED));
  }

  @Test
  void layoutsThatAreNotKnownAreMalformed() throws Exception {
    FakeTdx fake = new FakeTdx();
    byte[] four = fake.quote().encode();
    fake.version = 5;
    byte[] five = fake.quote().encode();
    int[][] changes = {
      // version of 4 or 5, offset, value
      {4, 0, 2}, // unknown version
      {4, 0, 3}, // version 3 is of SGX only
      {4, 0, 6},
      {4, 2, 1}, // EPID key
      {4, 2, 3}, // ECDSA P-384 key
      {4, 4, 0x82}, // unknown TEE
      {4, 632 + 4 + 128, 5}, // certification data not nested
      {4, 632 + 4 + 128 + 6 + 384 + 64 + 2 + 32, 4}, // certification data of another type
      {5, 48, 0}, // unknown body
      {5, 48, 1}, // an enclave's body in a quote of TDX
      {5, 48, 4},
      {5, 48, 3}, // the length of another body
      {5, 50, 0},
      {5, 4, 0}, // TEE of SGX with a trust domain's body
    };
    for (int[] change : changes) {
      byte[] quote = (change[0] == 4 ? four : five).clone();
      quote[change[1]] = (byte) change[2];
      assertFindings(fake.verdict(quote), MALFORMED);
    }
  }

  @Test
  void bytesAfterAQuoteAreCountedAndIgnored() throws Exception {
    FakeTdx fake = new FakeTdx();
    byte[] quote = fake.quote().encode();
    Verdict verdict = fake.verdict(Arrays.copyOf(quote, quote.length + 70));
    assertFindings(verdict);
    assertThat(verdict.checks().get(0).seen()).contains("70 bytes after it");
  }

  /** Begun under module 1 of a security version that is out of date; today's is given. */
  private static FakeTdx begunUnderAnOlderModule(int svn, int version, int late) throws Exception {
    FakeTdx fake = new FakeTdx();
    fake.version = 5;
    fake.longBody = true;
    fake.td[0] = 3;
    fake.td[584] = (byte) svn;
    fake.td[585] = (byte) version;
    fake.td[586] = (byte) late;
    return fake;
  }

  @ParameterizedTest
  @CsvSource({
    "5, 1, 6, TD_RELAUNCH_ADVISED",
    "6, 1, 7, TD_RELAUNCH_ADVISED",
    "5, 0, 6, TD_RELAUNCH_ADVISED",
    "4, 0, 6, OUT_OF_DATE",
    "4, 1, 6, OUT_OF_DATE",
    "5, 1, 5, OUT_OF_DATE",
    "5, 2, 6, NOT_SUPPORTED"
  })
  void aDomainThatOutlivedItsModuleHasToStartAnew(
      int svn, int version, int late, TcbStatus expected) throws Exception {
    FakeTdx fake = begunUnderAnOlderModule(svn, version, late);
    Verdict verdict = fake.verdict();
    assertThat(verdict.status()).contains(expected);
    assertThat(verdict.findings()).extracting(Finding::fault).contains(Fault.TCB_STATUS);
    fake.longBody = false; // the body 1.0 does not say what runs today
    assertThat(fake.verdict().status()).contains(TcbStatus.OUT_OF_DATE);
  }

  @Test
  void aRelaunchThatIsAdvisedIsAcceptedByWhoNamesItOrAcceptsWorse() throws Exception {
    FakeTdx fake = begunUnderAnOlderModule(5, 1, 6);
    fake.asked = "tcbStatuses: [UpToDate, TDRelaunchAdvised]";
    assertThat(fake.verdict().findings()).extracting(Finding::fault).containsOnly(Fault.ADVISORY);
    fake.asked = "tcbStatuses: [OutOfDate]"; // who accepts the worse accepts the better
    assertThat(fake.verdict().findings()).extracting(Finding::fault).containsOnly(Fault.ADVISORY);
    fake.asked = "tcbGraceDays: 30";
    assertThat(fake.verdict().findings()).extracting(Finding::fault).containsOnly(Fault.ADVISORY);
    assertThat(fake.verdict().limitedBy()).contains("tcbGrace");
    fake.asked = "tcbGraceDays: 3";
    assertThat(fake.verdict().findings()).filteredOn(Finding::ofTime).hasSize(1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{septVeDisable: false}|{septVeDisable: true}|TD_ATTRIBUTES",
        "{definedAttributesOnly: false}|{definedAttributesOnly: true}|TD_ATTRIBUTES",
        "{xfam: [0000000000000000]}|{xfam: [e702060000000000]}|XFAM",
        "{mrConfigId: ['%s']}|{mrConfigId: [%s]}|TD_CONFIGURATION",
        "{mrOwner: ['%s']}|{mrOwner: [%s]}|TD_CONFIGURATION",
        "{mrOwnerConfig: ['%s']}|{mrOwnerConfig: [%s]}|TD_CONFIGURATION"
      })
  void whatAPolicyAsksOfDomainsIsAppraised(String met, String unmet, Step step) throws Exception {
    FakeTdx fake = new FakeTdx();
    fake.td[120 + 4] = 1; // an attribute that nobody has defined
    fake.asked = "tdx: " + met.formatted("0".repeat(96));
    assertFindings(fake.verdict());
    fake.asked = "tdx: " + unmet.formatted("ab".repeat(48));
    assertFindings(fake.verdict(), tuple(step, Fault.GUEST));
  }

  @Test
  void definedAttributesAreNotRefused() throws Exception {
    FakeTdx fake = new FakeTdx();
    fake.td[120 + 3] = (byte) 0b1101_1000; // all of that byte but MIGRATABLE
    fake.td[120 + 7] = (byte) 0b1100_0000;
    fake.asked = "tdx: {definedAttributesOnly: true, septVeDisable: true}";
    assertFindings(fake.verdict());
  }
}
