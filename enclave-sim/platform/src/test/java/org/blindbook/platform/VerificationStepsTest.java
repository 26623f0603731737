package org.blindbook.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.blindbook.platform.FakeSgx.NOW;
import static org.blindbook.platform.FakeSgx.REPORT_DATA;
import static org.blindbook.platform.FakeSgx.RUNTIME;
import static org.blindbook.platform.FakeSgx.bytes;
import static org.blindbook.platform.FakeSgx.flipped;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.blindbook.attestation.AppraisalPolicy;
import org.blindbook.attestation.Binding;
import org.blindbook.attestation.Fault;
import org.blindbook.attestation.Step;
import org.blindbook.attestation.Verdict;
import org.blindbook.attestation.Verifier;
import org.blindbook.attestation.format.Collateral;
import org.blindbook.attestation.format.Pem;
import org.blindbook.attestation.format.QuoteSignature;
import org.bouncycastle.cert.X509CertificateHolder;
import org.junit.jupiter.api.Test;

/** Breaks one step of verifying an SGX quote at a time, and expects exactly its finding. */
class VerificationStepsTest {
  private static final BigInteger P256_ORDER =
      new BigInteger("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551", 16);

  private static byte[] replaced(byte[] document, String from, String to) {
    String text = new String(document, StandardCharsets.ISO_8859_1);
    assertThat(text).contains(from);
    return text.replace(from, to).getBytes(StandardCharsets.ISO_8859_1);
  }

  @Test
  void aCertificateWithAWrongSignature() throws Exception {
    FakeSgx fake = new FakeSgx();
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
    new FakeSgx(Condition.EXPIRED_PCK).assertFindings(tuple(Step.PCK_CHAIN, Fault.CERTIFICATE));
  }

  @Test
  void aWrongSignatureOnTheQeReport() throws Exception {
    FakeSgx fake = new FakeSgx();
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
    FakeSgx fake = new FakeSgx();
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
    FakeSgx fake = new FakeSgx();
    QuoteSignature s = fake.quote.signature();
    fake.replaceSignature(s.withSignature(flipped(s.signature(), 10)));
    fake.assertFindings(tuple(Step.QUOTE_SIGNATURE, Fault.SIGNATURE));
  }

  @Test
  void signatureNumbersOutOfRange() throws Exception {
    byte[] order = Arrays.copyOfRange(P256_ORDER.toByteArray(), 1, 33);
    for (byte[] number : List.of(new byte[32], order, bytes(32, 0xff))) {
      for (int half : new int[] {0, 32}) {
        FakeSgx fake = new FakeSgx();
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
    FakeSgx fake = new FakeSgx();
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
    FakeSgx fake = new FakeSgx();
    Collateral c = fake.collateral;
    fake.collateral =
        new Collateral(
            c.tcbInfo(), c.tcbChain(), c.qeIdentity(), c.qeChain(), c.rootCrl(), c.rootCrl());
    fake.assertFindings(
        tuple(Step.PCK_CRL, Fault.COLLATERAL_MISMATCH), tuple(Step.PCK_CRL, Fault.SIGNATURE));
  }

  @Test
  void aRevocationListWithAWrongSignature() throws Exception {
    FakeSgx fake = new FakeSgx();
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
    new FakeSgx(Condition.REVOKED_PCK).assertFindings(tuple(Step.REVOCATION, Fault.REVOKED));
    new FakeSgx(Condition.REVOKED_AUTHORITY).assertFindings(tuple(Step.REVOCATION, Fault.REVOKED));
  }

  @Test
  void documentsWhoseBytesWereTouched() throws Exception {
    FakeSgx fake = new FakeSgx();
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
      FakeSgx fake = new FakeSgx();
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
    FakeSgx fake = new FakeSgx();
    Collateral c = fake.collateral;
    Collateral foreign = new FakeSgx().collateral;
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
    FakeSgx fake = new FakeSgx();
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
    new FakeSgx(Condition.EXPIRED_COLLATERAL)
        .assertFindings(
            tuple(Step.ROOT_CRL, Fault.COLLATERAL_STALE),
            tuple(Step.PCK_CRL, Fault.COLLATERAL_STALE),
            tuple(Step.QE_IDENTITY_SIGNATURE, Fault.COLLATERAL_STALE),
            tuple(Step.TCB_INFO_SIGNATURE, Fault.COLLATERAL_STALE));
  }

  @Test
  void collateralOfOtherHardware() throws Exception {
    new FakeSgx(Condition.OTHER_TCB_INFO)
        .assertFindings(tuple(Step.TCB_INFO_PLATFORM, Fault.COLLATERAL_MISMATCH));
    new FakeSgx(Condition.OTHER_QE_IDENTITY)
        .assertFindings(tuple(Step.QE_IDENTITY, Fault.QUOTING_ENCLAVE));
  }

  @Test
  void noFlippedBitInTheSignedRegionsIsAccepted() throws Exception {
    FakeSgx fake = new FakeSgx();
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
    FakeSgx fake = new FakeSgx();
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
