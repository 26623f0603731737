package org.blindbook.attestation.format;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import org.bouncycastle.asn1.x509.Certificate;
import org.bouncycastle.cert.X509CertificateHolder;

/**
 * Textual encodings (RFC 7468) of certificates and revocation lists, as vendors and their caches
 * send them: one after the other, perhaps a NUL at the end.
 */
public final class Pem {
  private static final String CERTIFICATE = "CERTIFICATE";
  private static final String REVOCATION_LIST = "X509 CRL";
  private static final int MAX_CERTIFICATES = 8;

  private Pem() {}

  /**
   * @throws MalformedEvidenceException unless the text is one to {@value #MAX_CERTIFICATES}
   *     certificates and white space
   */
  public static List<X509CertificateHolder> certificates(byte[] pem)
      throws MalformedEvidenceException {
    List<X509CertificateHolder> certificates = new ArrayList<>();
    for (byte[] der : blocks(pem, CERTIFICATE, MAX_CERTIFICATES)) {
      certificates.add(certificate(der));
    }
    return List.copyOf(certificates);
  }

  /** One certificate that may have come as DER or as PEM: AMD's service answers in both. */
  public static X509CertificateHolder oneCertificate(byte[] encoded)
      throws MalformedEvidenceException {
    if (isDer(encoded)) {
      return certificate(Der.withoutNuls(encoded));
    }
    return certificate(blocks(encoded, CERTIFICATE, 1).get(0));
  }

  private static boolean isDer(byte[] encoded) {
    return encoded.length > 1 && encoded[0] == 0x30 && encoded[1] < 0;
  }

  private static X509CertificateHolder certificate(byte[] der) throws MalformedEvidenceException {
    try {
      X509CertificateHolder certificate =
          new X509CertificateHolder(Certificate.getInstance(Der.decode(der)));
      // Dates are texts that are read when they are asked for: ask now.
      if (certificate.getNotBefore() != null && certificate.getNotAfter() != null) {
        return certificate;
      }
    } catch (RuntimeException e) {
      // Falls through to the same sentence.
    }
    throw new MalformedEvidenceException("a certificate cannot be decoded");
  }

  /**
   * The DER bytes of a revocation list that may have come as DER, as hexadecimal DER or as PEM:
   * Intel's service answers in the first two, caches of it in all three.
   */
  public static byte[] revocationList(byte[] encoded) throws MalformedEvidenceException {
    if (encoded.length == 0) {
      return encoded;
    }
    if (isDer(encoded)) {
      return Der.withoutNuls(encoded);
    }
    if (encoded[0] == '-') {
      return blocks(encoded, REVOCATION_LIST, 1).get(0);
    }
    try {
      return HexFormat.of().parseHex(text(encoded).strip().replace("\0", ""));
    } catch (IllegalArgumentException e) {
      throw new MalformedEvidenceException("a revocation list cannot be decoded");
    }
  }

  private static List<byte[]> blocks(byte[] pem, String label, int max)
      throws MalformedEvidenceException {
    String text = text(pem);
    String begin = "-----BEGIN " + label + "-----";
    String end = "-----END " + label + "-----";
    List<byte[]> found = new ArrayList<>();
    int at = 0;
    for (int from = text.indexOf(begin); from >= 0; from = text.indexOf(begin, at)) {
      int to = text.indexOf(end, from);
      if (to < 0 || !isBlank(text, at, from) || found.size() == max) {
        throw malformed();
      }
      found.add(base64(text.substring(from + begin.length(), to)));
      at = to + end.length();
    }
    if (found.isEmpty() || !isBlank(text, at, text.length())) {
      throw malformed();
    }
    return found;
  }

  private static byte[] base64(String text) throws MalformedEvidenceException {
    try {
      return Base64.getDecoder().decode(text.replaceAll("\\s", ""));
    } catch (IllegalArgumentException e) {
      throw malformed();
    }
  }

  private static MalformedEvidenceException malformed() {
    return new MalformedEvidenceException(
        "a chain of certificates or a revocation list is not valid PEM");
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.ISO_8859_1);
  }

  private static boolean isBlank(String text, int from, int to) {
    return text.substring(from, to).chars().allMatch(c -> c == 0 || Character.isWhitespace(c));
  }

  public static String encode(List<X509CertificateHolder> certificates) {
    StringBuilder out = new StringBuilder();
    Base64.Encoder base64 = Base64.getMimeEncoder(64, new byte[] {'\n'});
    for (X509CertificateHolder certificate : certificates) {
      try {
        out.append("-----BEGIN CERTIFICATE-----\n")
            .append(base64.encodeToString(certificate.getEncoded()))
            .append("\n-----END CERTIFICATE-----\n");
      } catch (IOException e) {
        throw new IllegalArgumentException("a certificate cannot be encoded", e);
      }
    }
    return out.toString();
  }
}
