package org.blindbook.attestation;

import java.io.IOException;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import org.blindbook.attestation.format.Der;
import org.blindbook.attestation.format.MalformedEvidenceException;
import org.blindbook.attestation.format.Pem;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extensions;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.X509CertificateHolder;

/**
 * A chain of certificates from a leaf to a root, checked by the rules of RFC 5280 section 6.1 that
 * the vendors' profiles use: names, signatures, validity, basic constraints, key usage, no unknown
 * critical extension.
 */
final class CertificateChain {
  private static final int MAX_NAME_CHARACTERS = 64;

  /** Leaf first, root last. */
  private final List<X509CertificateHolder> certificates;

  private CertificateChain(List<X509CertificateHolder> certificates) {
    this.certificates = certificates;
  }

  static CertificateChain parse(byte[] pem) throws MalformedEvidenceException {
    return new CertificateChain(Pem.certificates(pem));
  }

  /**
   * @param certificates leaf first, root last
   */
  static CertificateChain of(List<X509CertificateHolder> certificates) {
    return new CertificateChain(List.copyOf(certificates));
  }

  X509CertificateHolder leaf() {
    return certificates.get(0);
  }

  /** The certificate that issued the leaf, or the leaf itself when it stands alone. */
  X509CertificateHolder issuer() {
    return certificates.get(Math.min(1, certificates.size() - 1));
  }

  X509CertificateHolder root() {
    return certificates.get(certificates.size() - 1);
  }

  int length() {
    return certificates.size();
  }

  /** The subject of the root. */
  String rootName() {
    return commonName(root().getSubject());
  }

  /** The subjects from leaf to root. */
  String subjects() {
    return certificates.stream()
        .map(certificate -> commonName(certificate.getSubject()))
        .collect(Collectors.joining(" < "));
  }

  /** When the first of its certificates ends. */
  Instant validUntil() {
    return certificates.stream()
        .map(certificate -> certificate.getNotAfter().toInstant())
        .min(Comparator.naturalOrder())
        .orElseThrow();
  }

  /**
   * Checks everything but what the root is worth, and reports each fault.
   *
   * @param name prefix of the chain's periods
   * @param expired what an expired certificate means here
   */
  void verify(
      String name, CertificateProfile profile, Inquiry inquiry, Fault expired, Faults faults) {
    for (int i = 0; i < certificates.size(); i++) {
      X509CertificateHolder certificate = certificates.get(i);
      String subject = commonName(certificate.getSubject());
      Validity.Period period =
          inquiry
              .validity()
              .add(
                  name + ":" + subject,
                  certificate.getNotBefore().toInstant(),
                  certificate.getNotAfter().toInstant());
      if (!period.contains(inquiry.instant())) {
        faults.addOfTime(expired, "the certificate of " + subject + " is not valid at this time");
      }
      try {
        verifyAt(i, subject, profile, faults);
      } catch (IOException | MalformedEvidenceException | RuntimeException e) {
        // Bouncy Castle reports some bad encodings by unchecked exceptions of any kind.
        faults.add(Fault.MALFORMED, "the certificate of " + subject + " is malformed");
      }
    }
  }

  private void verifyAt(int i, String subject, CertificateProfile profile, Faults faults)
      throws IOException, MalformedEvidenceException {
    X509CertificateHolder certificate = certificates.get(i);
    boolean isRoot = i == certificates.size() - 1;
    X509CertificateHolder issuer = isRoot ? certificate : certificates.get(i + 1);
    if (!sameName(certificate.getIssuer(), issuer.getSubject())) {
      faults.add(Fault.CERTIFICATE, "the certificate of " + subject + " has another issuer");
    }
    if (!profile.vartimeVerify(
        issuer.getSubjectPublicKeyInfo(),
        certificate.getSignatureAlgorithm(),
        Der.firstValue(certificate.getEncoded()),
        certificate.getSignature())) {
      faults.add(Fault.SIGNATURE, "the signature on the certificate of " + subject + " is wrong");
    }
    if (i == 0 && !isRoot ? !mayBeLeaf(profile, certificate) : !mayIssue(i - 1, certificate)) {
      faults.add(Fault.CERTIFICATE, "the certificate of " + subject + " may not be used this way");
    }
    for (Object oid : certificate.getCriticalExtensionOIDs()) {
      if (!profile.knows((ASN1ObjectIdentifier) oid)) {
        faults.add(
            Fault.CERTIFICATE,
            "the certificate of " + subject + " has an unknown critical extension");
      }
    }
  }

  private static boolean mayBeLeaf(CertificateProfile profile, X509CertificateHolder certificate) {
    Extensions extensions = certificate.getExtensions();
    return extensions != null && profile.mayBeLeaf(extensions);
  }

  /**
   * @param below certificates between this one and the leaf
   */
  private static boolean mayIssue(int below, X509CertificateHolder certificate) {
    Extensions extensions = certificate.getExtensions();
    if (extensions == null) {
      return false;
    }
    BasicConstraints constraints = BasicConstraints.fromExtensions(extensions);
    KeyUsage usage = KeyUsage.fromExtensions(extensions);
    return constraints != null
        && usage != null
        && constraints.isCA()
        && usage.hasUsages(KeyUsage.keyCertSign)
        && (constraints.getPathLenConstraint() == null
            || constraints.getPathLenConstraint().intValueExact() >= below);
  }

  /** Whether the certificate's key may sign revocation lists. */
  static boolean maySignLists(X509CertificateHolder certificate) {
    try {
      Extensions extensions = certificate.getExtensions();
      KeyUsage usage = extensions == null ? null : KeyUsage.fromExtensions(extensions);
      return usage != null && usage.hasUsages(KeyUsage.cRLSign);
    } catch (RuntimeException e) {
      return false; // a key usage that cannot be decoded allows nothing
    }
  }

  /** Whether two names are the same; names that cannot be decoded are nobody's. */
  static boolean sameName(X500Name one, X500Name other) {
    try {
      return one.equals(other);
    } catch (RuntimeException e) {
      return false;
    }
  }

  /** A subject's common name, safe to show: whoever made the certificate chose it. */
  static String commonName(X500Name name) {
    try {
      String text = name.getRDNs(BCStyle.CN)[0].getFirst().getValue().toString();
      String shown = text.replaceAll("[^\\x20-\\x7e]", "?");
      return shown.substring(0, Math.min(MAX_NAME_CHARACTERS, shown.length()));
    } catch (RuntimeException e) {
      return "an unnamed subject"; // none, or one that cannot be decoded
    }
  }
}
