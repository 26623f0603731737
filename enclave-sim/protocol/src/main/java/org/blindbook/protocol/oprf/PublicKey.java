package org.blindbook.protocol.oprf;

import java.util.Arrays;
import java.util.HexFormat;
import org.blindbook.protocol.oprf.OprfException.Reason;
import org.blindbook.protocol.oprf.ristretto.Element;
import org.blindbook.protocol.oprf.ristretto.Encoding;

/** The key by which an evaluator is known: what a client pins. */
public final class PublicKey {
  public static final int BYTES = Encoding.BYTES;

  private final byte[] bytes;
  private final Element element;

  PublicKey(byte[] bytes, Element element) {
    this.bytes = bytes;
    this.element = element;
  }

  /**
   * @param bytes {@value #BYTES}
   * @throws OprfException when they are not an element, or the identity
   */
  public static PublicKey decode(byte[] bytes) throws OprfException {
    Element element = new Element();
    Encoding encoding = new Encoding();
    if (bytes.length != BYTES || !encoding.decode(bytes, 0, element)) {
      throw new OprfException(Reason.KEY);
    }
    if (encoding.isIdentity(element)) {
      throw new OprfException(Reason.IDENTITY);
    }
    return new PublicKey(bytes.clone(), element);
  }

  /** A new array. */
  public byte[] encode() {
    return bytes.clone();
  }

  Element element() {
    return element;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof PublicKey that && Arrays.equals(bytes, that.bytes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }

  /** In hexadecimal: it is public. */
  @Override
  public String toString() {
    return HexFormat.of().formatHex(bytes);
  }
}
