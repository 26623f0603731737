package org.blindbook.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.assertj.core.groups.Tuple;
import org.blindbook.attestation.AppraisalPolicy;
import org.blindbook.attestation.Binding;
import org.blindbook.attestation.Fault;
import org.blindbook.attestation.Finding;
import org.blindbook.attestation.PolicyException;
import org.blindbook.attestation.Step;
import org.blindbook.attestation.Verdict;
import org.blindbook.attestation.Verifier;
import org.blindbook.attestation.format.Collateral;
import org.blindbook.attestation.format.MalformedEvidenceException;
import org.blindbook.attestation.format.PckExtension;
import org.blindbook.attestation.format.Pem;
import org.blindbook.attestation.format.QuoteSignature;
import org.blindbook.attestation.format.SgxQuote;
import org.blindbook.attestation.format.TcbStatus;
import org.blindbook.protocol.hardware.Hardware;
import org.bouncycastle.cert.X509CertificateHolder;
import org.junit.jupiter.api.Test;

/** Breaks one step of the verification at a time, and expects exactly its finding. */
class VerificationStepsTest {
  private static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");
  private static final byte[] MEASUREMENT = bytes(32, 7);
  private static final byte[] RUNTIME = bytes(32, 9);
  private static final byte[] REPORT_DATA = bytes(64, 1);
  private static final BigInteger P256_ORDER =
      new BigInteger("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551", 16);

  private static byte[] bytes(int length, int value) {
    byte[] bytes = new byte[length];
    Arrays.fill(bytes, (byte) value);
    return bytes;
  }

  /** Evidence of one simulated platform, with parts that a test can replace. */
  private static final class Fake {
    private final SimulatedHardware hardware;
    private SgxQuote quote;
    private Collateral collateral;
    private byte[] reportData = REPORT_DATA;
    private byte[] runtime = RUNTIME;
    private String policy;

    Fake(Condition... conditions) throws IOException, MalformedEvidenceException {
      Set<Condition> set = EnumSet.noneOf(Condition.class);
      set.addAll(Arrays.asList(conditions));
      hardware =
          SimulatedHardware.ephemeral(
              new Hardware.Launch("unused", new byte[0], RUNTIME),
              MEASUREMENT,
              set,
              InstantSource.fixed(NOW));
      Hardware.Evidence evidence = hardware.quote(REPORT_DATA);
      quote = SgxQuote.parse(evidence.quote());
      collateral = Collateral.decode(evidence.collateral());
      policy = hardware.policy(LocalDate.parse("2026-11-22"));
    }

    Verdict verdict() throws PolicyException {
      return verdict(AppraisalPolicy.parse(policy));
    }

    Verdict verdict(AppraisalPolicy by) {
      return Verifier.verify(
          quote.encode(),
          collateral.encode(),
          Binding.to(reportData).withRuntime(runtime),
          by,
          NOW);
    }

    void assertFindings(Tuple... expected) throws PolicyException {
      Verdict verdict = verdict();
      assertThat(verdict.findings())
          .extracting(Finding::step, Finding::fault)
          .containsExactlyInAnyOrder(expected);
      assertThat(verdict.acceptable()).isFalse();
    }

    void replaceSignature(QuoteSignature signature) {
      quote = new SgxQuote(quote.header(), quote.body(), signature, 0);
    }
  }

  private static byte[] flipped(byte[] bytes, int at) {
    byte[] copy = bytes.clone();
    copy[at] ^= 1;
    return copy;
  }

  private static byte[] replaced(byte[] document, String from, String to) {
    String text = new String(document, StandardCharsets.ISO_8859_1);
    assertThat(text).contains(from);
    return text.replace(from, to).getBytes(StandardCharsets.ISO_8859_1);
  }

  @Test
  void soundEvidenceIsAcceptedAndSaysThatItIsSimulated() throws Exception {
    Verdict verdict = new Fake().verdict();
    assertThat(verdict.findings()).isEmpty();
    assertThat(verdict.acceptable()).isTrue();
    assertThat(verdict.simulated()).isTrue();
    assertThat(verdict.status()).contains(TcbStatus.UP_TO_DATE);
    assertThat(verdict.measurement()).isEqualTo(HexFormat.of().formatHex(MEASUREMENT));
    assertThat(verdict.summary()).isEqualTo("accepted (simulated, no hardware guarantee)");
  }

  @Test
  void simulatedEvidenceIsRefusedUnderIntelsRoot() throws Exception {
    Verdict verdict = new Fake().verdict(AppraisalPolicy.anyIntelEnclave());
    assertThat(verdict.authentic()).isFalse();
    assertThat(verdict.simulated()).isTrue();
    assertThat(verdict.findings())
        .extracting(Finding::step, Finding::fault)
        .containsExactly(
            tuple(Step.PCK_CHAIN, Fault.UNTRUSTED_ROOT),
            tuple(Step.TRUST_ROOT, Fault.SIMULATED_ROOT));
  }

  @Test
  void anotherSimulatedRootIsRefused() throws Exception {
    Fake fake = new Fake();
    fake.policy = new Fake().policy;
    fake.assertFindings(
        tuple(Step.PCK_CHAIN, Fault.UNTRUSTED_ROOT), tuple(Step.TRUST_ROOT, Fault.SIMULATED_ROOT));
  }

  @Test
  void aCertificateWithAWrongSignature() throws Exception {
    Fake fake = new Fake();
    QuoteSignature s = fake.quote.signature();
    List<X509CertificateHolder> chain = Pem.certificates(s.certificationData());
    byte[] authority = chain.get(1).getEncoded();
    authority[authority.length - 1] ^= 1;
    String pem =
        Pem.encode(List.of(chain.get(0), new X509CertificateHolder(authority), chain.get(2)));
    fake.replaceSignature(
        new QuoteSignature(
            s.signature(),
            s.attestationKey(),
            s.qeReport(),
            s.qeReportSignature(),
            s.authenticationData(),
            s.certificationType(),
            pem.getBytes(StandardCharsets.US_ASCII)));
    fake.assertFindings(tuple(Step.PCK_CHAIN, Fault.SIGNATURE));
  }

  @Test
  void anExpiredPck() throws Exception {
    new Fake(Condition.EXPIRED_PCK).assertFindings(tuple(Step.PCK_CHAIN, Fault.CERTIFICATE));
  }

  @Test
  void aWrongSignatureOnTheQeReport() throws Exception {
    Fake fake = new Fake();
    QuoteSignature s = fake.quote.signature();
    fake.replaceSignature(
        new QuoteSignature(
            s.signature(),
            s.attestationKey(),
            s.qeReport(),
            flipped(s.qeReportSignature(), 40),
            s.authenticationData(),
            s.certificationType(),
            s.certificationData()));
    fake.assertFindings(tuple(Step.QE_REPORT_SIGNATURE, Fault.SIGNATURE));
  }

  @Test
  void anAttestationKeyThatTheQuotingEnclaveDidNotVouchFor() throws Exception {
    Fake fake = new Fake();
    QuoteSignature s = fake.quote.signature();
    fake.replaceSignature(
        new QuoteSignature(
            s.signature(),
            s.attestationKey(),
            s.qeReport(),
            s.qeReportSignature(),
            flipped(s.authenticationData(), 0),
            s.certificationType(),
            s.certificationData()));
    fake.assertFindings(tuple(Step.ATTESTATION_KEY, Fault.SIGNATURE));
  }

  @Test
  void aWrongSignatureOnTheQuote() throws Exception {
    Fake fake = new Fake();
    QuoteSignature s = fake.quote.signature();
    fake.replaceSignature(s.withSignature(flipped(s.signature(), 10)));
    fake.assertFindings(tuple(Step.QUOTE_SIGNATURE, Fault.SIGNATURE));
  }

  @Test
  void signatureNumbersOutOfRange() throws Exception {
    byte[] order = Arrays.copyOfRange(P256_ORDER.toByteArray(), 1, 33);
    for (byte[] number : List.of(new byte[32], order, bytes(32, 0xff))) {
      for (int half : new int[] {0, 32}) {
        Fake fake = new Fake();
        QuoteSignature s = fake.quote.signature();
        byte[] signature = s.signature().clone();
        System.arraycopy(number, 0, signature, half, 32);
        fake.replaceSignature(s.withSignature(signature));
        fake.assertFindings(tuple(Step.QUOTE_SIGNATURE, Fault.SIGNATURE));
      }
    }
  }

  @Test
  void missingRevocationLists() throws Exception {
    Fake fake = new Fake();
    Collateral c = fake.collateral;
    fake.collateral =
        new Collateral(
            c.tcbInfo(), c.tcbChain(), c.qeIdentity(), c.qeChain(), new byte[0], c.pckCrl());
    fake.assertFindings(tuple(Step.ROOT_CRL, Fault.COLLATERAL_MISSING));
    fake.collateral =
        new Collateral(
            c.tcbInfo(), c.tcbChain(), c.qeIdentity(), c.qeChain(), c.rootCrl(), new byte[0]);
    fake.assertFindings(tuple(Step.PCK_CRL, Fault.COLLATERAL_MISSING));
  }

  @Test
  void revocationListsOfTheWrongIssuer() throws Exception {
    Fake fake = new Fake();
    Collateral c = fake.collateral;
    fake.collateral =
        new Collateral(
            c.tcbInfo(), c.tcbChain(), c.qeIdentity(), c.qeChain(), c.rootCrl(), c.rootCrl());
    fake.assertFindings(
        tuple(Step.PCK_CRL, Fault.COLLATERAL_MISMATCH), tuple(Step.PCK_CRL, Fault.SIGNATURE));
  }

  @Test
  void aRevocationListWithAWrongSignature() throws Exception {
    Fake fake = new Fake();
    Collateral c = fake.collateral;
    fake.collateral =
        new Collateral(
            c.tcbInfo(),
            c.tcbChain(),
            c.qeIdentity(),
            c.qeChain(),
            flipped(c.rootCrl(), c.rootCrl().length - 1),
            c.pckCrl());
    fake.assertFindings(tuple(Step.ROOT_CRL, Fault.SIGNATURE));
  }

  @Test
  void aRevokedPckAndARevokedAuthority() throws Exception {
    new Fake(Condition.REVOKED_PCK).assertFindings(tuple(Step.REVOCATION, Fault.REVOKED));
    new Fake(Condition.REVOKED_AUTHORITY).assertFindings(tuple(Step.REVOCATION, Fault.REVOKED));
  }

  @Test
  void documentsWhoseBytesWereTouched() throws Exception {
    Fake fake = new Fake();
    Collateral c = fake.collateral;
    fake.collateral =
        new Collateral(
            replaced(c.tcbInfo(), "\"tcbType\":0", "\"tcbType\": 0"),
            c.tcbChain(),
            c.qeIdentity(),
            c.qeChain(),
            c.rootCrl(),
            c.pckCrl());
    fake.assertFindings(tuple(Step.TCB_INFO_SIGNATURE, Fault.SIGNATURE));
    fake.collateral =
        new Collateral(
            c.tcbInfo(),
            c.tcbChain(),
            replaced(c.qeIdentity(), "\"version\":2", "\"version\": 2"),
            c.qeChain(),
            c.rootCrl(),
            c.pckCrl());
    fake.assertFindings(tuple(Step.QE_IDENTITY_SIGNATURE, Fault.SIGNATURE));
  }

  @Test
  void documentsOfUnknownVersionOrStatusAreMalformed() throws Exception {
    for (String[] change :
        new String[][] {
          {"\"version\":3", "\"version\":4"},
          {"\"UpToDate\"", "\"Splendid\""},
          {"\"id\":\"SGX\"", "\"id\":\"TDX\""}
        }) {
      Fake fake = new Fake();
      Collateral c = fake.collateral;
      fake.collateral =
          new Collateral(
              replaced(c.tcbInfo(), change[0], change[1]),
              c.tcbChain(),
              c.qeIdentity(),
              c.qeChain(),
              c.rootCrl(),
              c.pckCrl());
      fake.assertFindings(tuple(Step.TCB_INFO_SIGNATURE, Fault.MALFORMED));
    }
  }

  @Test
  void documentsSignedUnderAnotherRootOrByAPck() throws Exception {
    Fake fake = new Fake();
    Collateral c = fake.collateral;
    Collateral foreign = new Fake().collateral;
    fake.collateral =
        new Collateral(
            foreign.tcbInfo(),
            foreign.tcbChain(),
            c.qeIdentity(),
            c.qeChain(),
            c.rootCrl(),
            c.pckCrl());
    fake.assertFindings(tuple(Step.TCB_INFO_SIGNATURE, Fault.UNTRUSTED_ROOT));
    fake.collateral =
        new Collateral(
            c.tcbInfo(),
            fake.quote.signature().certificationData(),
            c.qeIdentity(),
            c.qeChain(),
            c.rootCrl(),
            c.pckCrl());
    fake.assertFindings(
        tuple(Step.TCB_INFO_SIGNATURE, Fault.CERTIFICATE),
        tuple(Step.TCB_INFO_SIGNATURE, Fault.SIGNATURE));
  }

  @Test
  void documentsSignedByTheRootItself() throws Exception {
    Fake fake = new Fake();
    Collateral c = fake.collateral;
    String root = Pem.encode(List.of(Pem.certificates(c.qeChain()).get(1)));
    fake.collateral =
        new Collateral(
            c.tcbInfo(),
            c.tcbChain(),
            c.qeIdentity(),
            root.getBytes(StandardCharsets.US_ASCII),
            c.rootCrl(),
            c.pckCrl());
    fake.assertFindings(
        tuple(Step.QE_IDENTITY_SIGNATURE, Fault.CERTIFICATE),
        tuple(Step.QE_IDENTITY_SIGNATURE, Fault.SIGNATURE));
  }

  @Test
  void expiredCollateral() throws Exception {
    new Fake(Condition.EXPIRED_COLLATERAL)
        .assertFindings(
            tuple(Step.ROOT_CRL, Fault.COLLATERAL_STALE),
            tuple(Step.PCK_CRL, Fault.COLLATERAL_STALE),
            tuple(Step.QE_IDENTITY_SIGNATURE, Fault.COLLATERAL_STALE),
            tuple(Step.TCB_INFO_SIGNATURE, Fault.COLLATERAL_STALE));
  }

  @Test
  void collateralOfOtherHardware() throws Exception {
    new Fake(Condition.OTHER_TCB_INFO)
        .assertFindings(tuple(Step.TCB_INFO_PLATFORM, Fault.COLLATERAL_MISMATCH));
    new Fake(Condition.OTHER_QE_IDENTITY)
        .assertFindings(tuple(Step.QE_IDENTITY, Fault.QUOTING_ENCLAVE));
  }

  @Test
  void platformsThatAreOutOfDateAreAuthenticAndNotAcceptable() throws Exception {
    Fake recovery = new Fake(Condition.TCB_RECOVERY);
    recovery.assertFindings(
        tuple(Step.TCB_STATUS, Fault.TCB_STATUS), tuple(Step.TCB_STATUS, Fault.ADVISORY));
    assertThat(recovery.verdict().authentic()).isTrue();
    assertThat(recovery.verdict().status()).contains(TcbStatus.OUT_OF_DATE);
    assertThat(recovery.verdict().advisories()).containsExactly("BLINDBOOK-SA-00001");

    Fake oldQe = new Fake(Condition.OLD_QUOTING_ENCLAVE);
    assertThat(oldQe.verdict().status()).contains(TcbStatus.OUT_OF_DATE);
    assertThat(oldQe.verdict().advisories()).containsExactly("BLINDBOOK-SA-00002");
    assertThat(oldQe.verdict().authentic()).isTrue();

    Fake unsupported = new Fake(Condition.UNSUPPORTED_TCB);
    unsupported.assertFindings(tuple(Step.TCB_STATUS, Fault.TCB_STATUS));
    assertThat(unsupported.verdict().authentic()).isTrue();
    assertThat(unsupported.verdict().status()).contains(TcbStatus.NOT_SUPPORTED);
  }

  @Test
  void aPolicyMayAllowForAStatusAndItsAdvisory() throws Exception {
    Fake fake = new Fake(Condition.TCB_RECOVERY);
    fake.policy =
        fake.policy.replace("date:", "advisories: [BLINDBOOK-SA-00001]\n    date:")
            + "tcbStatuses: [UpToDate, OutOfDate]\n";
    assertThat(fake.verdict().acceptable()).isTrue();
  }

  @Test
  void graceIsForTheTcbsDateAlone() throws Exception {
    // The simulated levels are of 2026-11-01; it is 2026-11-22.
    Fake fake = new Fake(Condition.TCB_RECOVERY);
    String policy = fake.policy.replace("date:", "advisories: [BLINDBOOK-SA-00001]\n    date:");
    fake.policy = policy + "tcbGraceDays: 22\n";
    assertThat(fake.verdict().findings()).isEmpty();
    assertThat(fake.verdict().status()).contains(TcbStatus.OUT_OF_DATE);
    fake.policy = policy + "tcbGraceDays: 20\n";
    fake.assertFindings(tuple(Step.TCB_STATUS, Fault.TCB_STATUS));

    Fake unsupported = new Fake(Condition.UNSUPPORTED_TCB);
    unsupported.policy += "tcbGraceDays: 9999\n";
    unsupported.assertFindings(tuple(Step.TCB_STATUS, Fault.TCB_STATUS));
    Fake expired = new Fake(Condition.EXPIRED_COLLATERAL);
    expired.policy += "tcbGraceDays: 9999\n";
    assertThat(expired.verdict().authentic()).isFalse();
  }

  @Test
  void whatThePolicyPinsIsAskedFor() throws Exception {
    Fake fake = new Fake();
    byte[] digest = bytes(32, 3);
    Binding bound = Binding.to(REPORT_DATA).withRuntime(RUNTIME);
    Map<String, Step> pins = new LinkedHashMap<>();
    pins.put("settings:\n  - digest: " + "03".repeat(32) + "\n    name: x\n", Step.SETTINGS);
    pins.put("oprfKeys:\n  - epoch: 7\n    publicKey: " + "03".repeat(32) + "\n", Step.OPRF_KEY);
    for (Map.Entry<String, Step> pin : pins.entrySet()) {
      AppraisalPolicy policy = AppraisalPolicy.parse(fake.policy + pin.getKey());
      assertThat(judge(fake, bound, policy).findings())
          .extracting(Finding::step)
          .containsExactly(pin.getValue());
      assertThat(
              judge(fake, bound.withSettings(flipped(digest, 0)).withOprfKey(8, digest), policy)
                  .findings())
          .extracting(Finding::step)
          .containsExactly(pin.getValue());
      assertThat(
              judge(fake, bound.withSettings(digest).withOprfKey(7, digest), policy).acceptable())
          .isTrue();
    }
    String id =
        PckExtension.platformId(
            Pem.certificates(fake.quote.signature().certificationData()).get(0));
    String platform = "platforms:\n  - id: %s\n    name: this one\n";
    assertThat(
            judge(fake, bound, AppraisalPolicy.parse(fake.policy + platform.formatted(id)))
                .acceptable())
        .isTrue();
    assertThat(
            judge(
                    fake,
                    bound,
                    AppraisalPolicy.parse(fake.policy + platform.formatted("0".repeat(32))))
                .findings())
        .extracting(Finding::step, Finding::fault)
        .containsExactly(tuple(Step.PLATFORM, Fault.PLATFORM));
  }

  private static Verdict judge(Fake fake, Binding binding, AppraisalPolicy policy) {
    return Verifier.verify(fake.quote.encode(), fake.collateral.encode(), binding, policy, NOW);
  }

  @Test
  void anEvaluationNumberBelowThePolicys() throws Exception {
    Fake fake = new Fake();
    fake.policy += "minimumEvaluationNumber: 2\n";
    fake.assertFindings(tuple(Step.TCB_STATUS, Fault.COLLATERAL_ROLLED_BACK));
  }

  @Test
  void otherReportData() throws Exception {
    Fake fake = new Fake();
    fake.reportData = flipped(REPORT_DATA, 63);
    fake.assertFindings(tuple(Step.REPORT_DATA, Fault.BINDING));
    assertThat(fake.verdict().authentic()).isFalse();
  }

  @Test
  void debugModeIsRefusedUnlessThePolicyAllowsIt() throws Exception {
    Fake fake = new Fake(Condition.DEBUG);
    fake.assertFindings(tuple(Step.DEBUG, Fault.DEBUG));
    assertThat(fake.verdict().debug()).isTrue();
    fake.policy += "allowDebug: true\n";
    assertThat(fake.verdict().acceptable()).isTrue();
  }

  @Test
  void aMeasurementThatThePolicyDoesNotName() throws Exception {
    Fake fake = new Fake();
    fake.policy = fake.policy.replace("measurement: 07", "measurement: 08");
    fake.assertFindings(tuple(Step.MEASUREMENT, Fault.IDENTITY));
    assertThat(fake.verdict().authentic()).isTrue();
  }

  @Test
  void aRuntimeThatThePolicyDoesNotNameOrThatIsNotTold() throws Exception {
    Fake fake = new Fake();
    fake.runtime = flipped(RUNTIME, 0);
    fake.assertFindings(tuple(Step.RUNTIME, Fault.RUNTIME));
    Verdict untold =
        Verifier.verify(
            fake.quote.encode(),
            fake.collateral.encode(),
            REPORT_DATA,
            AppraisalPolicy.parse(fake.policy),
            NOW);
    assertThat(untold.findings()).extracting(Finding::fault).containsExactly(Fault.RUNTIME);
  }

  @Test
  void allFindingsAreCollected() throws Exception {
    Fake fake = new Fake(Condition.DEBUG, Condition.REVOKED_PCK, Condition.TCB_RECOVERY);
    fake.reportData = flipped(REPORT_DATA, 0);
    fake.assertFindings(
        tuple(Step.REVOCATION, Fault.REVOKED),
        tuple(Step.TCB_STATUS, Fault.TCB_STATUS),
        tuple(Step.TCB_STATUS, Fault.ADVISORY),
        tuple(Step.REPORT_DATA, Fault.BINDING),
        tuple(Step.DEBUG, Fault.DEBUG));
  }

  @Test
  void noFlippedBitInTheSignedRegionsIsAccepted() throws Exception {
    Fake fake = new Fake();
    AppraisalPolicy policy = AppraisalPolicy.parse(fake.policy);
    byte[] quote = fake.quote.encode();
    int signedEnd = 436 + 64 + 64 + 384 + 64 + 2 + 32;
    Binding binding = Binding.to(REPORT_DATA).withRuntime(RUNTIME);
    for (int at = 0; at < signedEnd; at++) {
      byte[] changed = quote.clone();
      changed[at] ^= (byte) (1 << at % 8);
      assertThat(
              Verifier.verify(changed, fake.collateral.encode(), binding, policy, NOW).authentic())
          .as("byte %d", at)
          .isFalse();
    }
  }

  @Test
  void damagedEvidenceAlwaysGetsAVerdict() throws Exception {
    Fake fake = new Fake();
    AppraisalPolicy policy = AppraisalPolicy.parse(fake.policy);
    byte[] quote = fake.quote.encode();
    byte[] collateral = fake.collateral.encode();
    for (int seed = 0; seed < 3000; seed++) {
      Random random = new Random(seed);
      byte[] changed = (seed % 2 == 0 ? quote : collateral).clone();
      for (int n = random.nextInt(3); n >= 0; n--) {
        changed[random.nextInt(changed.length)] = (byte) random.nextInt();
      }
      changed = Arrays.copyOf(changed, changed.length - random.nextInt(2) * random.nextInt(200));
      Verdict verdict =
          Verifier.verify(
              seed % 2 == 0 ? changed : quote,
              seed % 2 == 0 ? collateral : changed,
              Binding.to(REPORT_DATA).withRuntime(RUNTIME),
              policy,
              NOW);
      assertThat(verdict.acceptable() || !verdict.findings().isEmpty())
          .as("seed %d", seed)
          .isTrue();
    }
  }

  @Test
  void collateralIsRenewedLongBeforeItExpires() throws Exception {
    SimulatedPki pki = SimulatedPki.create(NOW, new SecureRandom(), Set.of());
    Instant[] now = {NOW};
    List<Instant> renewed = new ArrayList<>();
    CollateralIssuer issuer = new CollateralIssuer(pki, Set.of(), () -> now[0], renewed::add);
    byte[] first = issuer.current();
    now[0] = NOW.plus(Duration.ofDays(6));
    assertThat(issuer.current()).isSameAs(first);
    now[0] = NOW.plus(Duration.ofDays(8));
    assertThat(issuer.current()).isNotEqualTo(first);
    assertThat(renewed)
        .containsExactly(NOW.plus(Duration.ofDays(29)), NOW.plus(Duration.ofDays(37)));
  }
}
