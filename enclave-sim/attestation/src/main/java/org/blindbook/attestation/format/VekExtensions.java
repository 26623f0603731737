package org.blindbook.attestation.format;

import java.io.IOException;
import java.math.BigInteger;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1IA5String;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.ASN1Primitive;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.cert.X509CertificateHolder;
import org.jspecify.annotations.Nullable;

/**
 * What the certificate of an endorsement key, VCEK or VLEK, says about its chip (AMD VCEK
 * Certificate and KDS Interface Specification, table of custom extensions).
 *
 * @param productName for example {@code Milan-B0}
 * @param hardwareId 64 bytes, or 8 from Turin on; a VCEK's only
 * @param provider the cloud provider's name; a VLEK's only
 * @param securityVersions 0 to 255, by the last number of their extensions
 */
public record VekExtensions(
    String productName,
    Optional<byte[]> hardwareId,
    Optional<String> provider,
    Map<Integer, Integer> securityVersions) {

  private static final ASN1ObjectIdentifier AMD = new ASN1ObjectIdentifier("1.3.6.1.4.1.3704.1");
  private static final ASN1ObjectIdentifier PRODUCT_NAME = AMD.branch("2");
  static final ASN1ObjectIdentifier SECURITY_VERSIONS = AMD.branch("3");
  private static final int LAST_SECURITY_VERSION = 9;
  private static final ASN1ObjectIdentifier HARDWARE_ID = AMD.branch("4");
  private static final ASN1ObjectIdentifier PROVIDER = AMD.branch("5");

  /** Security versions that every certificate has: boot loader, TEE, SNP firmware, microcode. */
  private static final int[] ALWAYS = {1, 2, 3, 8};

  private static final int LONG_ID = 64;
  private static final int SHORT_ID = 8;

  public VekExtensions {
    securityVersions = Map.copyOf(securityVersions);
  }

  /**
   * @throws MalformedEvidenceException when the certificate lacks an extension or holds one that is
   *     malformed
   */
  public static VekExtensions of(X509CertificateHolder certificate)
      throws MalformedEvidenceException {
    try {
      return parse(certificate);
    } catch (IOException | RuntimeException e) {
      // Bouncy Castle reports some bad encodings by unchecked exceptions of any kind.
      throw malformed();
    }
  }

  private static VekExtensions parse(X509CertificateHolder certificate)
      throws IOException, MalformedEvidenceException {
    Map<Integer, Integer> versions = new HashMap<>();
    for (int i = 1; i <= LAST_SECURITY_VERSION; i++) {
      byte[] der = value(certificate, SECURITY_VERSIONS.branch(Integer.toString(i)));
      if (der != null) {
        versions.put(i, integer(ASN1Primitive.fromByteArray(der)));
      }
    }
    for (int i : ALWAYS) {
      if (!versions.containsKey(i)) {
        throw malformed();
      }
    }
    byte[] provider = value(certificate, PROVIDER);
    return new VekExtensions(
        text(value(certificate, PRODUCT_NAME)),
        hardwareId(value(certificate, HARDWARE_ID)),
        provider == null ? Optional.empty() : Optional.of(text(provider)),
        versions);
  }

  private static byte @Nullable [] value(
      X509CertificateHolder certificate, ASN1ObjectIdentifier name) {
    Extension extension = certificate.getExtension(name);
    return extension == null ? null : extension.getExtnValue().getOctets();
  }

  private static int integer(ASN1Encodable value) throws MalformedEvidenceException {
    if (!(value instanceof ASN1Integer integer)
        || integer.getValue().signum() < 0
        || integer.getValue().compareTo(BigInteger.valueOf(0xff)) > 0) {
      throw malformed();
    }
    return integer.intValueExact();
  }

  private static String text(byte @Nullable [] der) throws IOException, MalformedEvidenceException {
    if (der == null || !(ASN1Primitive.fromByteArray(der) instanceof ASN1IA5String text)) {
      throw malformed();
    }
    return text.getString();
  }

  /** AMD writes the bytes as they are; the specification says OCTET STRING, so that is read too. */
  private static Optional<byte[]> hardwareId(byte @Nullable [] value)
      throws IOException, MalformedEvidenceException {
    if (value == null) {
      return Optional.empty();
    }
    byte[] id = value;
    if (id.length != LONG_ID && id.length != SHORT_ID) {
      if (!(ASN1Primitive.fromByteArray(value) instanceof ASN1OctetString octets)) {
        throw malformed();
      }
      id = octets.getOctets();
    }
    if (id.length != LONG_ID && id.length != SHORT_ID) {
      throw malformed();
    }
    return Optional.of(id);
  }

  private static MalformedEvidenceException malformed() {
    return new MalformedEvidenceException(
        "the endorsement key's certificate lacks AMD's extensions, or they are malformed");
  }

  /** The versions that the key is derived from, as a report lays them out. */
  public byte[] tcb(SnpTcb layout) {
    byte[] tcb = new byte[SnpTcb.BYTES];
    for (int i = 0; i < tcb.length; i++) {
      tcb[i] = securityVersions.getOrDefault(layout.extensions().get(i), 0).byteValue();
    }
    return tcb;
  }
}
