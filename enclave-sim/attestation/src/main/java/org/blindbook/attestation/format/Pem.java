package org.blindbook.attestation.format;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.bouncycastle.cert.X509CertificateHolder;

/** Certificates in PEM (RFC 7468), as vendors send them: one after the other, a NUL at the end. */
public final class Pem {
  private static final String BEGIN = "-----BEGIN CERTIFICATE-----";
  private static final String END = "-----END CERTIFICATE-----";
  private static final int MAX_CERTIFICATES = 8;

  private Pem() {}

  /**
   * @throws MalformedEvidenceException unless the text is one to {@value #MAX_CERTIFICATES}
   *     certificates and white space
   */
  public static List<X509CertificateHolder> certificates(byte[] pem)
      throws MalformedEvidenceException {
    String text = new String(pem, StandardCharsets.ISO_8859_1);
    List<X509CertificateHolder> found = new ArrayList<>();
    int at = 0;
    for (int begin = text.indexOf(BEGIN); begin >= 0; begin = text.indexOf(BEGIN, at)) {
      int end = text.indexOf(END, begin);
      if (end < 0 || !isBlank(text, at, begin) || found.size() == MAX_CERTIFICATES) {
        throw new MalformedEvidenceException("a certificate chain is not valid PEM");
      }
      found.add(certificate(text.substring(begin + BEGIN.length(), end)));
      at = end + END.length();
    }
    if (found.isEmpty() || !isBlank(text, at, text.length())) {
      throw new MalformedEvidenceException("a certificate chain is not valid PEM");
    }
    return List.copyOf(found);
  }

  private static X509CertificateHolder certificate(String base64)
      throws MalformedEvidenceException {
    try {
      return new X509CertificateHolder(Base64.getDecoder().decode(base64.replaceAll("\\s", "")));
    } catch (IOException | IllegalArgumentException e) {
      throw new MalformedEvidenceException("a certificate cannot be decoded");
    }
  }

  private static boolean isBlank(String text, int from, int to) {
    return text.substring(from, to).chars().allMatch(c -> c == 0 || Character.isWhitespace(c));
  }

  public static String encode(List<X509CertificateHolder> certificates) {
    StringBuilder out = new StringBuilder();
    Base64.Encoder base64 = Base64.getMimeEncoder(64, new byte[] {'\n'});
    for (X509CertificateHolder certificate : certificates) {
      out.append(BEGIN).append('\n');
      try {
        out.append(base64.encodeToString(certificate.getEncoded())).append('\n');
      } catch (IOException e) {
        throw new IllegalArgumentException("a certificate cannot be encoded", e);
      }
      out.append(END).append('\n');
    }
    return out.toString();
  }
}
