package org.blindbook.edge.identifier;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.blindbook.protocol.Sha256;

/**
 * The 128-bit key under which a person is registered and looked up. A secret: the bare hash of a
 * phone number gives the number away to anybody who tries all numbers, so keys travel only inside
 * the attested channel.
 */
public final class LookupKey {
  public static final int BYTES = 16;

  private static final int OUTPUT_BYTES = 64;

  /** Keeps these hashes apart from any other use of SHA-256 over the same text. */
  private static final byte[] TRUNCATED_DOMAIN =
      "blindbook lookup key v1\0".getBytes(StandardCharsets.US_ASCII);

  private final long hi;
  private final long lo;

  private LookupKey(long hi, long lo) {
    this.hi = hi;
    this.lo = lo;
  }

  /** The key of mode truncated: the first 16 bytes of SHA-256(domain ‖ canonical form, UTF-8). */
  public static LookupKey truncated(Identifier identifier) {
    return ofPrefix(
        Sha256.of(TRUNCATED_DOMAIN, identifier.canonical().getBytes(StandardCharsets.UTF_8)));
  }

  /** What mode blinded gives to the pseudorandom function: the canonical form, UTF-8. */
  public static byte[] blindedInput(Identifier identifier) {
    return identifier.canonical().getBytes(StandardCharsets.UTF_8);
  }

  /**
   * The key of mode blinded: the first 16 bytes of the function's output.
   *
   * @param output of the function for {@link #blindedInput}, 64 bytes
   */
  public static LookupKey blinded(byte[] output) {
    if (output.length != OUTPUT_BYTES) {
      throw new IllegalArgumentException("an output has " + OUTPUT_BYTES + " bytes");
    }
    return ofPrefix(output);
  }

  /**
   * @param bytes exactly {@value #BYTES}
   */
  public static LookupKey ofBytes(byte[] bytes) {
    if (bytes.length != BYTES) {
      throw new IllegalArgumentException("a lookup key has " + BYTES + " bytes");
    }
    return ofPrefix(bytes);
  }

  private static LookupKey ofPrefix(byte[] bytes) {
    ByteBuffer in = ByteBuffer.wrap(bytes);
    return new LookupKey(in.getLong(), in.getLong());
  }

  /** The first eight bytes, big-endian. */
  public long hi() {
    return hi;
  }

  /** The last eight bytes, big-endian. */
  public long lo() {
    return lo;
  }

  /** A new array. */
  public byte[] bytes() {
    return ByteBuffer.allocate(BYTES).putLong(hi).putLong(lo).array();
  }

  /**
   * @leaks whether the keys are equal
   */
  @Override
  public boolean equals(Object other) {
    return other instanceof LookupKey that && ((hi ^ that.hi) | (lo ^ that.lo)) == 0;
  }

  @Override
  public int hashCode() {
    return Long.hashCode(hi ^ lo);
  }

  @Override
  public String toString() {
    return "LookupKey[hidden]";
  }
}
