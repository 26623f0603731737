package org.blindbook.protocol.oprf;

import java.util.HexFormat;
import org.blindbook.protocol.oprf.ristretto.Encoding;

/**
 * Fills a batch up to a public size. An element that stands for no input is the group's generator,
 * whose evaluation everybody knows: it is the public key. So an evaluator that charges for the rest
 * can make sure, without looking, that what it did not charge for is of no use.
 */
final class Padding {
  /** RFC 9496, appendix A.1, multiple 1. */
  private static final byte[] GENERATOR =
      HexFormat.of().parseHex("e2f2ae0a6abc4e71a884a961c500515f58e30b6aa582dd8db6a65945e08d2d76");

  private Padding() {}

  /**
   * Overwrites every element from {@code count} on; all bytes are read and written, whatever the
   * count.
   *
   * @leaks how many elements there are, and not the count
   */
  static void write(byte[] elements, int count) {
    for (int i = 0; i < elements.length; i++) {
      int keep = (i / Encoding.BYTES - count) >> 31;
      elements[i] = (byte) (elements[i] & keep | GENERATOR[i % Encoding.BYTES] & ~keep);
    }
  }
}
