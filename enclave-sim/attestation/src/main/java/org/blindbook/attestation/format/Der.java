package org.blindbook.attestation.format;

import java.io.IOException;
import java.util.Arrays;
import org.bouncycastle.asn1.ASN1Encoding;
import org.bouncycastle.asn1.ASN1Primitive;

/**
 * Decodes DER (X.690) completely. Bouncy Castle decodes lazily and would report a bad encoding
 * later, from wherever the part is first looked at.
 */
public final class Der {
  private Der() {}

  /**
   * @throws MalformedEvidenceException unless the bytes are one value in DER and nothing else
   */
  public static ASN1Primitive decode(byte[] der) throws MalformedEvidenceException {
    try {
      ASN1Primitive value = ASN1Primitive.fromByteArray(der);
      if (value != null && Arrays.equals(value.getEncoded(ASN1Encoding.DER), der)) {
        return value;
      }
    } catch (IOException | RuntimeException e) {
      // Falls through to the same sentence.
    }
    throw new MalformedEvidenceException("a certificate or revocation list is not valid DER");
  }
}
