package org.blindbook.protocol.evaluation;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.blindbook.protocol.message.MalformedMessageException;
import org.blindbook.protocol.message.SizeClass;

/**
 * What a client asks of an evaluator, as it travels inside the channel: blinded elements to
 * evaluate. The answer is a {@link org.blindbook.protocol.message.TokenReply} without a token; once
 * it is acknowledged, the {@link EvaluationReply}.
 *
 * <pre>
 *    0   1  type, {@value #TYPE}
 *    1   3  zero
 *    4   4  capacity: a size class
 *    8   4  epoch of the evaluator's key
 *   12   4  count: elements that stand for a contact, 0 to capacity
 *   16  32  retry nonce; a repeated request carries the same elements and is charged once. Its
 *           first 16 bytes are the device's secret, the same in all its requests
 *   48      capacity × 32 bytes: elements; those that stand for no contact come last and are made
 *           of the nonce
 * </pre>
 *
 * Integers are big-endian. Leak rule: length, capacity and epoch are public; the count and the
 * nonce are secret; the elements are random to whoever has not blinded them. All of them are
 * evaluated, whatever the count, those from the count on as what the nonce gives.
 */
public final class EvaluationRequest {
  public static final int NONCE_BYTES = 32;
  public static final int ELEMENT_BYTES = 32;

  public static final int TYPE = 5;
  public static final int CAPACITY_AT = 4;
  public static final int EPOCH_AT = 8;
  public static final int COUNT_AT = 12;
  public static final int NONCE_AT = 16;
  public static final int ELEMENTS_AT = 48;

  private final ByteBuffer bytes;
  private final int capacity;

  private EvaluationRequest(ByteBuffer bytes, int capacity) {
    this.bytes = bytes;
    this.capacity = capacity;
  }

  /**
   * @throws MalformedMessageException unless the bytes are exactly one request whose count is
   *     possible; the elements are not looked at
   * @leaks the size class, and whether the request is well-formed; not in which other way it is not
   */
  public static EvaluationRequest decode(byte[] encoded) throws MalformedMessageException {
    ByteBuffer bytes = ByteBuffer.wrap(encoded);
    int capacity = encoded.length < ELEMENTS_AT ? 0 : bytes.getInt(CAPACITY_AT);
    if (!SizeClass.isSizeClass(capacity)
        || encoded.length != ELEMENTS_AT + capacity * ELEMENT_BYTES) {
      throw new MalformedMessageException("an evaluation request has the wrong length");
    }
    int count = bytes.getInt(COUNT_AT);
    if (((bytes.getInt(0) ^ (TYPE << 24)) | ((count | (capacity - count)) >> 31)) != 0) {
      throw new MalformedMessageException("not an evaluation request, or of an impossible count");
    }
    return new EvaluationRequest(bytes, capacity);
  }

  /** The request as it travels. Not a copy. */
  public byte[] encoded() {
    return bytes.array();
  }

  public int capacity() {
    return capacity;
  }

  public int epoch() {
    return bytes.getInt(EPOCH_AT);
  }

  /** How many of the elements stand for a contact: a secret. */
  public int count() {
    return bytes.getInt(COUNT_AT);
  }

  public byte[] retryNonce() {
    return Arrays.copyOfRange(bytes.array(), NONCE_AT, NONCE_AT + NONCE_BYTES);
  }

  /** All elements, one after the other; a new array. */
  public byte[] elements() {
    return Arrays.copyOfRange(bytes.array(), ELEMENTS_AT, bytes.array().length);
  }

  /**
   * Makes the count 0 where the mask is zero, and changes nothing where it is all ones.
   *
   * @leaks nothing
   */
  public void dropUnless(long mask) {
    bytes.putInt(COUNT_AT, (int) (count() & mask));
  }

  /** Overwrites every byte with zero. */
  public void wipe() {
    Arrays.fill(bytes.array(), (byte) 0);
  }

  @Override
  public String toString() {
    return "EvaluationRequest[capacity=" + capacity + "]";
  }
}
