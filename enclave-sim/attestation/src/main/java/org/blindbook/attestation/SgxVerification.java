package org.blindbook.attestation;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import org.blindbook.attestation.format.Collateral;
import org.blindbook.attestation.format.MalformedEvidenceException;
import org.blindbook.attestation.format.PckExtension;
import org.blindbook.attestation.format.QeIdentity;
import org.blindbook.attestation.format.QuoteSignature;
import org.blindbook.attestation.format.ReportBody;
import org.blindbook.attestation.format.SgxQuote;
import org.blindbook.attestation.format.TcbInfo;
import org.blindbook.attestation.format.TcbStatus;
import org.bouncycastle.cert.X509CertificateHolder;
import org.jspecify.annotations.Nullable;

/**
 * Steps 1 to 4 of verifying an SGX quote: is it authentic, and of how up-to-date a platform? Every
 * step that can be taken is taken, whatever the ones before it found. A step whose documents could
 * not be read leaves no check, and a verdict without all its checks is not authentic.
 */
final class SgxVerification {
  private static final int PCK_CHAIN_LENGTH = 3;
  private static final int SIGNING_CHAIN_LENGTH = 2;

  private final SgxQuote quote;
  private final Collateral collateral;
  private final List<TrustAnchor> anchors;
  private final Instant instant;

  private final List<Check> checks = new ArrayList<>();
  private final Validity validity = new Validity();
  private final TreeSet<String> advisories = new TreeSet<>();

  private @Nullable CertificateChain pckChain;
  private @Nullable PckExtension platform;
  private @Nullable TcbInfo tcbInfo;
  private @Nullable QeIdentity qeIdentity;
  private final List<X509CertificateHolder> issuedByRoot = new ArrayList<>();
  private @Nullable TrustAnchor anchor;
  private @Nullable TcbStatus status;
  private @Nullable Instant tcbDate;
  private @Nullable String platformId;
  private int evaluationDataNumber = -1;

  SgxVerification(
      SgxQuote quote, Collateral collateral, List<TrustAnchor> anchors, Instant instant) {
    this.quote = quote;
    this.collateral = collateral;
    this.anchors = anchors;
    this.instant = instant;
  }

  void run() {
    verifyPckChain();
    verifyQuoteSignatures();
    verifyQeIdentity();
    verifyTcbInfo();
    verifyRevocation();
    determineStatus();
    checks.sort(Comparator.comparing(Check::step));
  }

  List<Check> checks() {
    return checks;
  }

  Validity validity() {
    return validity;
  }

  Optional<TcbStatus> status() {
    return Optional.ofNullable(status);
  }

  List<String> advisories() {
    return List.copyOf(advisories);
  }

  /** The earliest date of the levels that processor and quoting enclave reach. */
  Optional<Instant> tcbDate() {
    return Optional.ofNullable(tcbDate);
  }

  /** The machine's id (PPID), lower-case hexadecimal. */
  Optional<String> platformId() {
    return Optional.ofNullable(platformId);
  }

  /** The root that the PCK chain ends at, when it is one of the anchors. */
  Optional<TrustAnchor> anchor() {
    return Optional.ofNullable(anchor);
  }

  /** The subject of the certificate that the PCK chain ends at. */
  Optional<String> rootName() {
    return Optional.ofNullable(pckChain)
        .map(chain -> CertificateChain.commonName(chain.root().getSubject()));
  }

  /** Whether no hardware stands behind the root, named by the policy or not. */
  boolean simulated() {
    return anchor != null
        ? anchor.simulated()
        : rootName().filter(TrustAnchor::soundsSimulated).isPresent();
  }

  /** The lower of the two documents' evaluation numbers, or -1. */
  int evaluationDataNumber() {
    return evaluationDataNumber;
  }

  // Step 1: the chain of signatures from the root to the quote.

  private void verifyPckChain() {
    Faults faults = new Faults(Step.PCK_CHAIN);
    CertificateChain chain;
    try {
      chain = CertificateChain.parse(quote.signature().certificationData());
    } catch (MalformedEvidenceException e) {
      checks.add(malformed(Step.PCK_CHAIN, "a chain of certificates", e));
      return;
    }
    pckChain = chain;
    chain.verify("pck", instant, validity, Fault.CERTIFICATE, faults);
    if (chain.length() != PCK_CHAIN_LENGTH) {
      faults.add(Fault.CERTIFICATE, "the PCK chain is not of a leaf, an authority and a root");
    }
    for (TrustAnchor candidate : anchors) {
      if (candidate.isKeyOf(chain.root())) {
        anchor = candidate;
      }
    }
    if (anchor == null) {
      faults.add(
          Fault.UNTRUSTED_ROOT, "the PCK chain ends at a root that the policy does not name");
    }
    try {
      platform = PckExtension.of(chain.leaf());
      platformId = PckExtension.platformId(chain.leaf());
    } catch (MalformedEvidenceException e) {
      faults.add(Fault.MALFORMED, sentence(e));
    }
    checks.add(
        check(
            Step.PCK_CHAIN,
            chain.subjects(),
            "valid, to a root of the policy",
            Optional.of(chain.validUntil()),
            faults));
  }

  private void verifyQuoteSignatures() {
    QuoteSignature signature = quote.signature();
    if (pckChain != null) {
      checks.add(
          Check.of(
              EcdsaP256.vartimeVerifyRaw(
                  pckChain.leaf().getSubjectPublicKeyInfo(),
                  signature.qeReport().encode(),
                  signature.qeReportSignature()),
              Step.QE_REPORT_SIGNATURE,
              "ECDSA P-256",
              "valid, by the PCK",
              Fault.SIGNATURE,
              "the QE report is not signed by the PCK"));
    }
    byte[] bound = EcdsaP256.sha256(signature.attestationKey(), signature.authenticationData());
    checks.add(
        Check.of(
            Arrays.equals(
                signature.qeReport().reportData(),
                Arrays.copyOf(bound, ReportBody.REPORT_DATA_BYTES)),
            Step.ATTESTATION_KEY,
            hex(signature.qeReport().reportData(), 8),
            hex(bound, 8),
            Fault.SIGNATURE,
            "the quoting enclave did not vouch for the attestation key"));
    checks.add(
        Check.of(
            EcdsaP256.vartimeVerifyRaw(
                signature.attestationKey(), quote.signedBytes(), signature.signature()),
            Step.QUOTE_SIGNATURE,
            "ECDSA P-256",
            "valid, by the attestation key",
            Fault.SIGNATURE,
            "the quote is not signed by the attestation key"));
  }

  // Step 2: no key of the chain has been revoked.

  private void verifyRevocation() {
    if (pckChain == null) {
      return;
    }
    RevocationList rootList =
        revocationList(Step.ROOT_CRL, "rootcrl", collateral.rootCrl(), pckChain.root());
    RevocationList pckList =
        revocationList(Step.PCK_CRL, "pckcrl", collateral.pckCrl(), pckChain.issuer());
    if (rootList == null || pckList == null) {
      return;
    }
    Faults faults = new Faults(Step.REVOCATION);
    issuedByRoot.add(pckChain.issuer());
    for (X509CertificateHolder certificate : issuedByRoot) {
      checkRevoked(rootList, certificate, faults);
    }
    checkRevoked(pckList, pckChain.leaf(), faults);
    int count = faults.findings().size();
    checks.add(check(Step.REVOCATION, count == 0 ? "none" : count + " revoked", "none", faults));
  }

  private @Nullable RevocationList revocationList(
      Step step, String name, byte[] der, X509CertificateHolder issuer) {
    String required = "of " + CertificateChain.commonName(issuer.getSubject());
    if (der.length == 0) {
      checks.add(missing(step, required, "the " + step.title()));
      return null;
    }
    try {
      RevocationList list = RevocationList.parse(der);
      Faults faults = new Faults(step);
      Validity.Period period = validity.add(name, list.issued(), list.nextUpdate());
      list.verify(issuer, instant, period, faults);
      checks.add(
          check(
              step,
              "issued " + period.from(),
              required + ", in force",
              Optional.of(period.until()),
              faults));
      return list;
    } catch (MalformedEvidenceException e) {
      checks.add(malformed(step, required, e));
      return null;
    }
  }

  private static void checkRevoked(
      RevocationList list, X509CertificateHolder certificate, Faults faults) {
    if (list.revokes(certificate)) {
      faults.add(
          Fault.REVOKED,
          "the certificate of "
              + CertificateChain.commonName(certificate.getSubject())
              + " is revoked");
    }
  }

  // Step 3: the quoting enclave is the vendor's.

  private void verifyQeIdentity() {
    Step step = Step.QE_IDENTITY_SIGNATURE;
    if (collateral.qeIdentity().length == 0) {
      checks.add(missing(step, "signed by the vendor", "the QE identity"));
      return;
    }
    QeIdentity identity;
    try {
      identity = QeIdentity.parse(collateral.qeIdentity());
    } catch (MalformedEvidenceException e) {
      checks.add(malformed(step, "signed by the vendor", e));
      return;
    }
    qeIdentity = identity;
    Validity.Period period =
        validity.add("qeIdentity", identity.issueDate(), identity.nextUpdate());
    checks.add(
        signedDocument(
            step,
            "qe",
            collateral.qeChain(),
            identity.signedBytes(),
            identity.signature(),
            period,
            "the QE identity"));
    ReportBody report = quote.signature().qeReport();
    Faults faults = new Faults(Step.QE_IDENTITY);
    if (!identity.describes(report)) {
      faults.add(Fault.QUOTING_ENCLAVE, "the quoting enclave is not the one of the QE identity");
    }
    if (!quote.header().vendorIsIntel()) {
      faults.add(Fault.QUOTING_ENCLAVE, "the quote names another vendor of its quoting enclave");
    }
    checks.add(
        check(
            Step.QE_IDENTITY,
            "MRSIGNER " + hex(report.mrSigner(), 8) + ", product " + report.isvProdId(),
            "MRSIGNER " + hex(identity.mrSigner(), 8) + ", product " + identity.isvProdId(),
            faults));
  }

  // Step 4: how up to date the platform is.

  private void verifyTcbInfo() {
    Step step = Step.TCB_INFO_SIGNATURE;
    if (collateral.tcbInfo().length == 0) {
      checks.add(missing(step, "signed by the vendor", "the TCB info"));
      return;
    }
    TcbInfo info;
    try {
      info = TcbInfo.parse(collateral.tcbInfo());
    } catch (MalformedEvidenceException e) {
      checks.add(malformed(step, "signed by the vendor", e));
      return;
    }
    tcbInfo = info;
    Validity.Period period = validity.add("tcbInfo", info.issueDate(), info.nextUpdate());
    checks.add(
        signedDocument(
            step,
            "tcb",
            collateral.tcbChain(),
            info.signedBytes(),
            info.signature(),
            period,
            "the TCB info"));
    if (platform != null) {
      checks.add(
          Check.of(
              platform.fmspc().equals(info.fmspc()) && platform.pceId().equals(info.pceId()),
              Step.TCB_INFO_PLATFORM,
              "FMSPC " + info.fmspc() + ", PCEID " + info.pceId(),
              "FMSPC " + platform.fmspc() + ", PCEID " + platform.pceId(),
              Fault.COLLATERAL_MISMATCH,
              "the TCB info is of another kind of platform"));
    }
  }

  private Check signedDocument(
      Step step,
      String name,
      byte[] chainPem,
      byte[] signedBytes,
      byte[] signature,
      Validity.Period period,
      String title) {
    String required = "signed by the vendor, in force";
    if (chainPem.length == 0) {
      return missing(step, required, "the certificate chain of " + title);
    }
    Faults faults = new Faults(step);
    CertificateChain chain;
    try {
      chain = CertificateChain.parse(chainPem);
    } catch (MalformedEvidenceException e) {
      return malformed(step, required, e);
    }
    chain.verify(name, instant, validity, Fault.COLLATERAL_STALE, faults);
    // A PCK signs reports, never documents; the signing certificate is the root's own issue.
    if (chain.length() != SIGNING_CHAIN_LENGTH
        || chain.leaf().getExtension(PckExtension.OID) != null) {
      faults.add(Fault.CERTIFICATE, title + " is not signed by a signing certificate of the root");
    }
    if (anchor != null && !anchor.isKeyOf(chain.root())) {
      faults.add(Fault.UNTRUSTED_ROOT, title + " is signed under another root than the quote");
    }
    issuedByRoot.add(chain.leaf());
    if (!EcdsaP256.vartimeVerifyRaw(
        chain.leaf().getSubjectPublicKeyInfo(), signedBytes, signature)) {
      faults.add(Fault.SIGNATURE, "the signature on " + title + " is wrong");
    }
    if (!period.contains(instant)) {
      faults.add(Fault.COLLATERAL_STALE, title + " is not valid at this time");
    }
    return check(step, "issued " + period.from(), required, Optional.of(period.until()), faults);
  }

  private void determineStatus() {
    if (platform == null || tcbInfo == null || qeIdentity == null) {
      return;
    }
    evaluationDataNumber =
        Math.min(tcbInfo.evaluationDataNumber(), qeIdentity.evaluationDataNumber());
    TcbStatus platformStatus = TcbStatus.NOT_SUPPORTED;
    for (TcbInfo.Level level : tcbInfo.levels()) {
      if (level.isReachedBy(platform)) {
        platformStatus = level.status();
        applies(level.date());
        advisories.addAll(level.advisories());
        break;
      }
    }
    TcbStatus qeStatus = TcbStatus.NOT_SUPPORTED;
    for (QeIdentity.Level level : qeIdentity.levels()) {
      if (quote.signature().qeReport().isvSvn() >= level.isvSvn()) {
        qeStatus = level.status();
        applies(level.date());
        advisories.addAll(level.advisories());
        break;
      }
    }
    status = platformStatus.mergedWithQe(qeStatus);
  }

  private void applies(Instant levelDate) {
    tcbDate = tcbDate == null || levelDate.isBefore(tcbDate) ? levelDate : tcbDate;
  }

  private static Check missing(Step step, String required, String what) {
    return Check.failed(step, "nothing", required, Fault.COLLATERAL_MISSING, what + " is missing");
  }

  private static Check malformed(Step step, String required, MalformedEvidenceException e) {
    return Check.failed(step, "unreadable", required, Fault.MALFORMED, sentence(e));
  }

  private static Check check(Step step, String seen, String required, Faults faults) {
    return check(step, seen, required, Optional.empty(), faults);
  }

  private static Check check(
      Step step, String seen, String required, Optional<Instant> validUntil, Faults faults) {
    return new Check(step, seen, required, validUntil, faults.findings());
  }

  private static String sentence(MalformedEvidenceException e) {
    return String.valueOf(e.getMessage());
  }

  private static String hex(byte[] bytes, int shown) {
    return HexFormat.of().formatHex(bytes, 0, shown) + "..";
  }
}
