package org.blindbook.attestation;

import java.math.BigInteger;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.blindbook.attestation.format.MalformedEvidenceException;
import org.blindbook.attestation.format.Pem;
import org.blindbook.attestation.format.SnpCollateral;
import org.blindbook.attestation.format.SnpProduct;
import org.blindbook.attestation.format.SnpReport;
import org.blindbook.attestation.format.SnpReport.SigningKey;
import org.blindbook.attestation.format.SnpTcb;
import org.blindbook.attestation.format.VekExtensions;
import org.bouncycastle.cert.X509CertificateHolder;
import org.jspecify.annotations.Nullable;

/**
 * Steps 1 to 3 of verifying a report of an SEV-SNP guest: the chain from AMD's root over authority
 * and endorsement key to the report, and that the endorsement key is of the chip, and of the
 * firmware, that the report speaks of. Every step that can be taken is taken.
 */
final class SnpVerification {
  private final SnpReport report;
  private final SnpCollateral collateral;
  private final Inquiry inquiry;

  SnpVerification(SnpReport report, SnpCollateral collateral, Inquiry inquiry) {
    this.report = report;
    this.collateral = collateral;
    this.inquiry = inquiry;
  }

  Verification run() {
    CertificateChain chain = parseChain();
    Optional<SnpProduct> product = SnpProduct.ofCpuid(report.cpuid());
    if (chain != null) {
      VekExtensions extensions = verifyChain(chain);
      verifySignature(chain.leaf());
      verifyRevocation(chain);
      if (extensions != null) {
        if (report.version() == 2) {
          product = SnpProduct.ofName(extensions.productName());
        }
        verifyEndorsementKey(chain, extensions, product);
      }
    }
    return new Verification(
        Subject.of(report, product),
        Identity.of(report),
        report.reportData(),
        report.debug(),
        report.migratable(),
        chipIdMasked() ? Optional.empty() : Optional.of(HexFormat.of().formatHex(report.chipId())),
        inquiry,
        Optional.empty(),
        Optional.ofNullable(chain).map(CertificateChain::rootName));
  }

  // Step 1: the chain of signatures from the root to the report.

  private @Nullable CertificateChain parseChain() {
    String required = "VCEK or VLEK, its authority and AMD's root";
    for (byte[] part : List.of(collateral.vek(), collateral.ask(), collateral.ark())) {
      if (part.length == 0) {
        inquiry.add(Check.missing(Step.VEK_CHAIN, required, "a certificate of AMD's chain"));
        return null;
      }
    }
    try {
      return CertificateChain.of(
          List.of(
              Pem.oneCertificate(collateral.vek()),
              Pem.oneCertificate(collateral.ask()),
              Pem.oneCertificate(collateral.ark())));
    } catch (MalformedEvidenceException e) {
      inquiry.add(Check.malformed(Step.VEK_CHAIN, required, e));
      return null;
    }
  }

  private @Nullable VekExtensions verifyChain(CertificateChain chain) {
    Faults faults = new Faults(Step.VEK_CHAIN);
    chain.verify("vek", CertificateProfile.AMD, inquiry, Fault.CERTIFICATE, faults);
    if (!inquiry.endsAtAnchor(chain.root())) {
      faults.add(Fault.UNTRUSTED_ROOT, "AMD's chain ends at a root that the policy does not name");
    }
    VekExtensions extensions = null;
    try {
      extensions = VekExtensions.of(chain.leaf());
    } catch (MalformedEvidenceException e) {
      faults.add(Fault.MALFORMED, String.valueOf(e.getMessage()));
    }
    inquiry.add(Check.of(chain, faults));
    return extensions;
  }

  private void verifySignature(X509CertificateHolder vek) {
    boolean valid =
        report.signingKey() != SigningKey.NONE
            && Ecdsa.P384.vartimeVerify(
                vek.getSubjectPublicKeyInfo(),
                report.signedBytes(),
                littleEndian(report.signatureR()),
                littleEndian(report.signatureS()));
    boolean unsigned = report.signingKey() == SigningKey.NONE || report.chipKeyMasked();
    inquiry.add(
        Check.of(
            valid,
            Step.REPORT_SIGNATURE,
            unsigned ? "none: the host masks the chip's key" : "ECDSA P-384",
            "valid, by the endorsement key",
            Fault.SIGNATURE,
            unsigned
                ? "the report is not signed: the host masks the chip's key"
                : "the report is not signed by the endorsement key"));
  }

  private static BigInteger littleEndian(byte[] number) {
    byte[] bigEndian = new byte[number.length];
    for (int i = 0; i < number.length; i++) {
      bigEndian[i] = number[number.length - 1 - i];
    }
    return new BigInteger(1, bigEndian);
  }

  // Step 2: no key of the chain has been revoked.

  /**
   * The root's list speaks of authorities only: AMD supersedes an endorsement key by a higher TCB
   * and never revokes it. So a case without a list is verified without one, and the verdict's
   * reader is told.
   */
  private void verifyRevocation(CertificateChain chain) {
    if (collateral.crl().length == 0) {
      inquiry.add(
          Check.passed(Step.ROOT_CRL, "none came with the report", "valid, when there is one"));
      return;
    }
    Revocation revocation = new Revocation(CertificateProfile.AMD, inquiry);
    RevocationList list = revocation.list(Step.ROOT_CRL, "rootcrl", collateral.crl(), chain.root());
    if (list != null) {
      revocation.check(List.of(new Revocation.Issued(list, List.of(chain.issuer()))));
    }
  }

  // Step 3: the endorsement key is of this chip and this firmware.

  private void verifyEndorsementKey(
      CertificateChain chain, VekExtensions extensions, Optional<SnpProduct> product) {
    verifyChip(chain, extensions);
    verifyProduct(chain, product);
    if (product.isPresent()) {
      SnpTcb layout = product.get().tcb();
      byte[] certified = extensions.tcb(layout);
      inquiry.add(
          Check.of(
              Arrays.equals(certified, report.reportedTcb()),
              Step.VEK_TCB,
              layout.describe(certified),
              layout.describe(report.reportedTcb()),
              Fault.CERTIFICATE,
              "the endorsement key is of another TCB version than the report"));
    }
  }

  /**
   * By the processor's identification, where the report states it: certificates of some early chips
   * name the wrong line.
   */
  private void verifyProduct(CertificateChain chain, Optional<SnpProduct> product) {
    Step step = Step.VEK_PRODUCT;
    if (product.isEmpty()) {
      inquiry.add(
          Check.failed(
              step,
              "unknown",
              "a processor with SEV-SNP that this program knows",
              Fault.CERTIFICATE,
              "the report is of a processor that this program does not know"));
      return;
    }
    String line = product.get().title();
    String authority = (report.signingKey() == SigningKey.VLEK ? "SEV-VLEK-" : "SEV-") + line;
    String seen = CertificateChain.commonName(chain.issuer().getSubject());
    inquiry.add(
        Check.of(
            seen.equals(authority) && chain.rootName().equals("ARK-" + line),
            step,
            seen + " < " + chain.rootName(),
            authority + " < ARK-" + line,
            Fault.CERTIFICATE,
            "the certificates are of another line of processors, or another kind of key, than the"
                + " report"));
  }

  private void verifyChip(CertificateChain chain, VekExtensions extensions) {
    boolean shared = report.signingKey() == SigningKey.VLEK;
    String subject = CertificateChain.commonName(chain.leaf().getSubject());
    boolean kind =
        shared
            ? subject.equals("SEV-VLEK")
                && extensions.provider().isPresent()
                && extensions.hardwareId().isEmpty()
            : subject.equals("SEV-VCEK")
                && extensions.provider().isEmpty()
                && extensions.hardwareId().isPresent();
    boolean masked = chipIdMasked();
    boolean ofChip = shared || masked || extensions.hardwareId().filter(this::isOfChip).isPresent();
    String required =
        masked
            ? "masked by the host"
            : "chip " + HexFormat.of().formatHex(report.chipId(), 0, 8) + "..";
    inquiry.add(
        Check.of(
            kind && ofChip,
            Step.VEK_CHIP,
            extensions
                .hardwareId()
                .map(id -> "chip " + HexFormat.of().formatHex(id, 0, 8) + "..")
                .orElse("any chip of one provider"),
            shared ? "any chip of one provider" : required,
            Fault.CERTIFICATE,
            kind
                ? "the endorsement key is of another chip than the report"
                : "the endorsement key is not of the kind that the report names"));
  }

  private boolean chipIdMasked() {
    return isZero(report.chipId(), 0);
  }

  /** The id in a certificate is as long as its chip's; a report fills up with zeros. */
  private boolean isOfChip(byte[] hardwareId) {
    byte[] chipId = report.chipId();
    return Arrays.equals(hardwareId, Arrays.copyOf(chipId, hardwareId.length))
        && isZero(chipId, hardwareId.length);
  }

  private static boolean isZero(byte[] bytes, int from) {
    for (int i = from; i < bytes.length; i++) {
      if (bytes[i] != 0) {
        return false;
      }
    }
    return true;
  }
}
