package org.blindbook.protocol.lookup;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.blindbook.protocol.message.MalformedMessageException;
import org.blindbook.protocol.message.SizeClass;
import org.blindbook.protocol.message.TokenReply;

/**
 * What a client asks, as it travels inside the channel.
 *
 * <pre>
 *    0   1  type, {@value #TYPE}
 *    1   3  zero
 *    4   4  capacity: a size class
 *    8   4  epoch of the lookup keys, 0 in truncated mode
 *   12   4  zero
 *   16  32  retry nonce; a repeated request carries the same and is charged once. Its first 16
 *           bytes are the device's secret, the same in all its requests
 *   48  64  token from an earlier answer, or zeros
 *  112      capacity × 16 bytes: lookup keys
 *           capacity × 1 byte: {@link EntryKind}
 * </pre>
 *
 * Integers are big-endian. Leak rule: length and capacity are public, every other byte is secret.
 * The object is a view of the encoded bytes and never prints them.
 */
public final class DiscoveryRequest {
  public static final int NONCE_BYTES = 32;
  public static final int TOKEN_BYTES = TokenReply.TOKEN_BYTES;
  public static final int KEY_BYTES = 16;

  public static final int TYPE = 1;
  public static final int CAPACITY_AT = 4;
  public static final int EPOCH_AT = 8;
  public static final int NONCE_AT = 16;
  public static final int TOKEN_AT = 48;
  public static final int KEYS_AT = 112;

  private final ByteBuffer bytes;
  private final int capacity;

  private DiscoveryRequest(ByteBuffer bytes, int capacity) {
    this.bytes = bytes;
    this.capacity = capacity;
  }

  /**
   * @throws MalformedMessageException unless the bytes are exactly one request whose kinds are all
   *     known
   * @leaks the size class, and whether the request is well-formed; not in which other way it is not
   */
  public static DiscoveryRequest decode(byte[] encoded) throws MalformedMessageException {
    ByteBuffer bytes = ByteBuffer.wrap(encoded);
    int capacity = encoded.length < KEYS_AT ? 0 : bytes.getInt(CAPACITY_AT);
    if (!SizeClass.isSizeClass(capacity) || encoded.length != length(capacity)) {
      throw new MalformedMessageException("a discovery request has the wrong length");
    }
    int faults = (bytes.getInt(0) ^ (TYPE << 24)) | bytes.getInt(12);
    for (int i = 0; i < capacity; i++) {
      faults |= encoded[kindAt(capacity, i)] & ~3;
    }
    if (faults != 0) {
      throw new MalformedMessageException(
          "not a discovery request, or of an unknown kind of entry");
    }
    return new DiscoveryRequest(bytes, capacity);
  }

  /** Of a request of this size class, in bytes. */
  public static int length(int capacity) {
    return KEYS_AT + capacity * (KEY_BYTES + 1);
  }

  /** Where the kind of entry {@code i} is. */
  public static int kindAt(int capacity, int i) {
    return KEYS_AT + capacity * KEY_BYTES + i;
  }

  public int capacity() {
    return capacity;
  }

  public int epoch() {
    return bytes.getInt(EPOCH_AT);
  }

  public byte[] retryNonce() {
    return copy(NONCE_AT, NONCE_BYTES);
  }

  public byte[] token() {
    return copy(TOKEN_AT, TOKEN_BYTES);
  }

  private byte[] copy(int from, int length) {
    byte[] copy = new byte[length];
    bytes.get(from, copy);
    return copy;
  }

  public long keyHi(int i) {
    return bytes.getLong(KEYS_AT + i * KEY_BYTES);
  }

  public long keyLo(int i) {
    return bytes.getLong(KEYS_AT + i * KEY_BYTES + 8);
  }

  /** The {@link EntryKind} of entry {@code i} as its byte, for arithmetic without branches. */
  public int kind(int i) {
    return bytes.get(kindAt(capacity, i));
  }

  /**
   * Makes every entry {@link EntryKind#EMPTY} where the mask is zero, and changes nothing where it
   * is all ones.
   *
   * @leaks the capacity
   */
  public void dropUnless(long mask) {
    for (int i = 0; i < capacity; i++) {
      bytes.put(kindAt(capacity, i), (byte) (kind(i) & mask));
    }
  }

  /** Overwrites every byte with zero. */
  public void wipe() {
    Arrays.fill(bytes.array(), (byte) 0);
  }

  @Override
  public String toString() {
    return "DiscoveryRequest[capacity=" + capacity + "]";
  }
}
