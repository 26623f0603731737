package org.blindbook.protocol.lookup;

import java.nio.ByteBuffer;

/**
 * One entry for each entry of the request, in its order: the account of a registered contact, zeros
 * for a miss.
 *
 * <pre>
 *   0  1  type, {@value #TYPE}
 *   1  3  zero
 *   4  4  capacity: the request's size class
 *   8  8  zero
 *  16     capacity × 16 bytes: accounts
 * </pre>
 *
 * Integers are big-endian. Leak rule: length and capacity are public, every other byte is secret.
 */
public final class Results {
  public static final int VALUE_BYTES = 16;
  public static final int TYPE = 4;
  public static final int CAPACITY_AT = 4;
  public static final int VALUES_AT = 16;

  private final ByteBuffer bytes;

  /** Results that are all misses, to be filled. */
  public Results(int capacity) {
    bytes = ByteBuffer.allocate(length(capacity));
    bytes.put(0, (byte) TYPE).putInt(CAPACITY_AT, capacity);
  }

  /** Of the results of this size class, in bytes. */
  public static int length(int capacity) {
    return VALUES_AT + capacity * VALUE_BYTES;
  }

  /** Sets the account of entry {@code i}; zero is a miss. */
  public void set(int i, long hi, long lo) {
    bytes.putLong(VALUES_AT + i * VALUE_BYTES, hi).putLong(VALUES_AT + i * VALUE_BYTES + 8, lo);
  }

  /** The results as they travel. Not a copy. */
  public byte[] encoded() {
    return bytes.array();
  }

  @Override
  public String toString() {
    return "Results[redacted]";
  }
}
