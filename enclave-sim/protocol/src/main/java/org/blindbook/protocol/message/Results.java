package org.blindbook.protocol.message;

import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.UUID;

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

  private static final int TYPE = 4;
  private static final int VALUES_AT = 16;

  private final ByteBuffer bytes;
  private final int capacity;

  private Results(ByteBuffer bytes, int capacity) {
    this.bytes = bytes;
    this.capacity = capacity;
  }

  /** Results that are all misses, to be filled. */
  public static Results create(int capacity) {
    ByteBuffer bytes = ByteBuffer.allocate(length(capacity));
    bytes.put(0, (byte) TYPE).putInt(4, capacity);
    return new Results(bytes, capacity);
  }

  /**
   * @param capacity the size class of the request that was sent
   * @throws MalformedMessageException unless the bytes are exactly the results of such a request
   */
  public static Results decode(byte[] encoded, int capacity) throws MalformedMessageException {
    ByteBuffer bytes = ByteBuffer.wrap(encoded);
    if (encoded.length != length(capacity)
        || bytes.getInt(0) != TYPE << 24
        || bytes.getInt(4) != capacity) {
      throw new MalformedMessageException("not the results of this request");
    }
    return new Results(bytes, capacity);
  }

  private static int length(int capacity) {
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

  public int capacity() {
    return capacity;
  }

  /** The account of entry {@code i}, empty for a miss. For the client: it branches. */
  public Optional<UUID> account(int i) {
    long hi = bytes.getLong(VALUES_AT + i * VALUE_BYTES);
    long lo = bytes.getLong(VALUES_AT + i * VALUE_BYTES + 8);
    return (hi | lo) == 0 ? Optional.empty() : Optional.of(new UUID(hi, lo));
  }

  @Override
  public String toString() {
    return "Results[capacity=" + capacity + "]";
  }
}
