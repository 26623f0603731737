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
  private static final int MAX_LENGTH_BYTES = 3;

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

  /**
   * The first value of a sequence exactly as it was received. Of a certificate and of a revocation
   * list it is what is signed: whoever encodes it anew checks the signature on other bytes, and
   * anything that the encoder leaves out could be added.
   *
   * @param der one sequence, as {@link #decode} accepts it
   */
  public static byte[] firstValue(byte[] der) throws MalformedEvidenceException {
    int start = contents(der, 0);
    return Arrays.copyOfRange(der, start, end(der, start));
  }

  /**
   * The value that the bytes begin with. Files of it may end in a NUL, and in nothing else.
   *
   * @throws MalformedEvidenceException when other bytes follow
   */
  static byte[] withoutNuls(byte[] der) throws MalformedEvidenceException {
    int end = end(der, 0);
    for (int i = end; i < der.length; i++) {
      if (der[i] != 0) {
        throw new MalformedEvidenceException(
            "a certificate or revocation list has bytes after its end");
      }
    }
    return Arrays.copyOf(der, end);
  }

  /** Where the contents of the value at an offset begin: its tag is one byte. */
  private static int contents(byte[] der, int at) throws MalformedEvidenceException {
    return at + 2 + lengthBytes(der, at);
  }

  private static int lengthBytes(byte[] der, int at) throws MalformedEvidenceException {
    if (at + 2 > der.length) {
      throw tooShort();
    }
    int bytes = der[at + 1] >= 0 ? 0 : der[at + 1] & 0x7f;
    if (bytes > MAX_LENGTH_BYTES || at + 2 + bytes > der.length) {
      throw tooShort();
    }
    return bytes;
  }

  private static int end(byte[] der, int at) throws MalformedEvidenceException {
    int start = contents(der, at);
    int length = der[at + 1];
    if (length < 0) {
      length = 0;
      for (int i = at + 2; i < start; i++) {
        length = length << 8 | der[i] & 0xff;
      }
    }
    if (length > der.length - start) {
      throw tooShort();
    }
    return start + length;
  }

  private static MalformedEvidenceException tooShort() {
    return new MalformedEvidenceException("a certificate or revocation list ends too early");
  }
}
