package org.blindbook.attestation;

import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.blindbook.attestation.format.Collateral;
import org.blindbook.attestation.format.MalformedEvidenceException;
import org.blindbook.attestation.format.PckExtension;
import org.blindbook.attestation.format.QeIdentity;
import org.blindbook.attestation.format.Quote;
import org.blindbook.attestation.format.ReportBody;
import org.blindbook.attestation.format.TcbInfo;
import org.blindbook.attestation.format.TdReport;
import org.blindbook.attestation.format.TdxModule;
import org.bouncycastle.cert.X509CertificateHolder;
import org.jspecify.annotations.Nullable;

/**
 * Steps 1 to 4 of verifying a quote of SGX or TDX: is it authentic, and of how up-to-date a
 * platform? Every step that can be taken is taken, whatever the ones before it found. A step whose
 * documents could not be read leaves no check, and a verdict without all its checks is not
 * authentic. TDX adds step 3.3 and the module's part of step 4.
 */
final class QuoteVerification {
  private final Quote quote;
  private final Collateral collateral;
  private final Inquiry inquiry;
  private final DocumentSigners signers;

  QuoteVerification(Quote quote, Collateral collateral, Inquiry inquiry) {
    this.quote = quote;
    this.collateral = collateral;
    this.inquiry = inquiry;
    this.signers = new DocumentSigners(inquiry);
  }

  Verification run() {
    SignatureChain.Pck pck = new SignatureChain(quote, inquiry).verify();
    QeIdentity qe = verifyQeIdentity();
    TcbInfo tcbInfo = verifyTcbInfo(pck.platform());
    verifyModule(tcbInfo);
    verifyRevocation(pck.chain());
    Optional<Tcb> tcb =
        pck.platform() == null || tcbInfo == null || qe == null
            ? Optional.empty()
            : Optional.of(Tcb.of(quote, pck.platform(), tcbInfo, qe));
    return new Verification(
        Subject.of(
            quote.tee(),
            quote.body() instanceof TdReport report ? Optional.of(report) : Optional.empty(),
            Optional.ofNullable(pck.platform()).map(PckExtension::fmspc)),
        quote.body() instanceof TdReport report
            ? Identity.of(report)
            : Identity.of((ReportBody) quote.body()),
        quote.body().reportData(),
        quote.body().debug(),
        quote.body() instanceof TdReport report && report.migratable(),
        Optional.ofNullable(pck.platformId()),
        inquiry,
        tcb,
        Optional.ofNullable(pck.chain()).map(CertificateChain::rootName));
  }

  private void verifyRevocation(@Nullable CertificateChain pckChain) {
    if (pckChain == null) {
      return;
    }
    Revocation revocation = new Revocation(CertificateProfile.INTEL, inquiry);
    RevocationList rootList =
        revocation.list(Step.ROOT_CRL, "rootcrl", collateral.rootCrl(), pckChain.root());
    RevocationList pckList =
        revocation.list(Step.PCK_CRL, "pckcrl", collateral.pckCrl(), pckChain.issuer());
    if (rootList == null || pckList == null) {
      return;
    }
    List<X509CertificateHolder> issuedByRoot = new ArrayList<>(signers.certificates());
    issuedByRoot.add(pckChain.issuer());
    revocation.check(
        List.of(
            new Revocation.Issued(rootList, issuedByRoot),
            new Revocation.Issued(pckList, List.of(pckChain.leaf()))));
  }

  // Step 3: what signed the quote is the vendor's.

  private @Nullable QeIdentity verifyQeIdentity() {
    Step step = Step.QE_IDENTITY_SIGNATURE;
    if (collateral.qeIdentity().length == 0) {
      inquiry.add(Check.missing(step, DocumentSigners.REQUIRED, "the QE identity"));
      return null;
    }
    QeIdentity identity;
    try {
      identity = QeIdentity.parse(collateral.qeIdentity());
    } catch (MalformedEvidenceException e) {
      inquiry.add(Check.malformed(step, DocumentSigners.REQUIRED, e));
      return null;
    }
    signers.verify(
        step,
        "qe",
        collateral.qeChain(),
        identity.signedBytes(),
        identity.signature(),
        inquiry.validity().add("qeIdentity", identity.issueDate(), identity.nextUpdate()),
        "the QE identity");
    ReportBody report = quote.signature().qeReport();
    Faults faults = new Faults(Step.QE_IDENTITY);
    if (identity.tee() != quote.tee()) {
      faults.add(Fault.COLLATERAL_MISMATCH, "the QE identity is of another kind of platform");
    } else if (!identity.describes(report)) {
      faults.add(Fault.QUOTING_ENCLAVE, "the quoting enclave is not the one of the QE identity");
    }
    if (!quote.header().vendorIsIntel()) {
      faults.add(Fault.QUOTING_ENCLAVE, "the quote names another vendor of its quoting enclave");
    }
    inquiry.add(
        Check.of(
            describe(report.mrSigner(), report.isvProdId()),
            describe(identity.mrSigner(), identity.isvProdId()),
            Optional.empty(),
            faults));
    return identity.tee() == quote.tee() ? identity : null;
  }

  private static String describe(byte[] mrSigner, int product) {
    return "MRSIGNER " + HexFormat.of().formatHex(mrSigner, 0, 8) + ".., product " + product;
  }

  private void verifyModule(@Nullable TcbInfo tcbInfo) {
    if (!(quote.body() instanceof TdReport report) || tcbInfo == null) {
      return;
    }
    Optional<TdxModule> required = tcbInfo.moduleOf(report);
    String seen = "major version " + report.moduleVersion() + ", SVN " + report.moduleSvn();
    inquiry.add(
        Check.of(
            required.filter(module -> module.describes(report)).isPresent(),
            Step.TDX_MODULE,
            seen,
            required.isPresent() ? "Intel's module" : "a module that the TCB info names",
            Fault.TDX_MODULE,
            required.isPresent()
                ? "the TDX module is not the one of the TCB info"
                : "the TCB info names no TDX module of this major version"));
  }

  // Step 4: how up to date the platform is.

  /** Gives the document only when it speaks of this platform: no status comes from another's. */
  private @Nullable TcbInfo verifyTcbInfo(@Nullable PckExtension platform) {
    Step step = Step.TCB_INFO_SIGNATURE;
    if (collateral.tcbInfo().length == 0) {
      inquiry.add(Check.missing(step, DocumentSigners.REQUIRED, "the TCB info"));
      return null;
    }
    TcbInfo info;
    try {
      info = TcbInfo.parse(collateral.tcbInfo());
    } catch (MalformedEvidenceException e) {
      inquiry.add(Check.malformed(step, DocumentSigners.REQUIRED, e));
      return null;
    }
    signers.verify(
        step,
        "tcb",
        collateral.tcbChain(),
        info.signedBytes(),
        info.signature(),
        inquiry.validity().add("tcbInfo", info.issueDate(), info.nextUpdate()),
        "the TCB info");
    if (platform == null) {
      return info.tee() == quote.tee() ? info : null;
    }
    boolean ofPlatform =
        info.tee() == quote.tee()
            && platform.fmspc().equals(info.fmspc())
            && platform.pceId().equals(info.pceId());
    inquiry.add(
        Check.of(
            ofPlatform,
            Step.TCB_INFO_PLATFORM,
            info.tee() + ", FMSPC " + info.fmspc() + ", PCEID " + info.pceId(),
            quote.tee() + ", FMSPC " + platform.fmspc() + ", PCEID " + platform.pceId(),
            Fault.COLLATERAL_MISMATCH,
            "the TCB info is of another kind of platform"));
    return ofPlatform ? info : null;
  }
}
