package org.blindbook.edge.blinding;

import java.util.Arrays;
import java.util.HexFormat;
import org.blindbook.protocol.oprf.OprfException;
import org.blindbook.protocol.oprf.OprfException.Reason;
import org.blindbook.protocol.oprf.ristretto.Element;
import org.blindbook.protocol.oprf.ristretto.Encoding;
import org.jspecify.annotations.Nullable;

/**
 * The key by which an evaluator is known: what a client pins. For any number of threads.
 *
 * <p>What it is used for keeps blinds secret only if it is the key that was pinned, and not one
 * that the answer brought along: see {@link Blinding}.
 */
public final class PublicKey {
  public static final int BYTES = Encoding.BYTES;

  private final byte[] bytes;
  private final Element element;
  private @Nullable FixedBaseTable table;

  private PublicKey(byte[] bytes, Element element) {
    this.bytes = bytes;
    this.element = element;
  }

  /**
   * Reads a key.
   *
   * @param bytes {@value #BYTES}
   * @throws OprfException when they are not an element, or the identity
   * @leaks the key, which is public
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

  /**
   * A new array.
   *
   * @leaks nothing
   */
  public byte[] encode() {
    return bytes.clone();
  }

  /** For multiples of this key: made when they are first needed, which costs some of them. */
  synchronized FixedBaseTable table() {
    if (table == null) {
      table = new FixedBaseTable(element);
    }
    return table;
  }

  @Override
  public boolean equals(@Nullable Object other) {
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
