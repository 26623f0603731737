package org.blindbook.protocol.message;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * All elements of an {@link EvaluationRequest}, evaluated, in its order, and one proof for all.
 *
 * <pre>
 *   0   1  type, {@value #TYPE}
 *   1   3  zero
 *   4   4  capacity: the request's size class
 *   8   4  epoch of the evaluator's key
 *  12   4  zero
 *  16      capacity × 32 bytes: evaluated elements
 *      64  proof that the key of the claims was used (RFC 9497, section 2.2)
 * </pre>
 *
 * Integers are big-endian. Leak rule: length, capacity and epoch are public; the rest is random to
 * whoever has not blinded the elements.
 */
public final class EvaluationReply {
  public static final int PROOF_BYTES = 64;

  private static final int TYPE = 6;
  private static final int EPOCH_AT = 8;
  private static final int ELEMENTS_AT = 16;

  private final byte[] bytes;

  private EvaluationReply(byte[] bytes) {
    this.bytes = bytes;
  }

  /**
   * @param elements as many as a size class, 32 bytes each
   * @param proof {@value #PROOF_BYTES} bytes
   */
  public static EvaluationReply create(int epoch, byte[] elements, byte[] proof) {
    int capacity = elements.length / EvaluationRequest.ELEMENT_BYTES;
    if (!SizeClass.isSizeClass(capacity)
        || elements.length != capacity * EvaluationRequest.ELEMENT_BYTES
        || proof.length != PROOF_BYTES) {
      throw new IllegalArgumentException("elements or proof has the wrong size");
    }
    return new EvaluationReply(
        ByteBuffer.allocate(length(capacity))
            .put(0, (byte) TYPE)
            .putInt(4, capacity)
            .putInt(EPOCH_AT, epoch)
            .position(ELEMENTS_AT)
            .put(elements)
            .put(proof)
            .array());
  }

  /**
   * Reads the answer to a request; whether it is right only the proof tells.
   *
   * @param capacity the size class of the request that was sent
   * @param epoch of the request that was sent
   * @throws MalformedMessageException unless the bytes have the form of such an answer
   */
  public static EvaluationReply decode(byte[] encoded, int capacity, int epoch)
      throws MalformedMessageException {
    ByteBuffer in = ByteBuffer.wrap(encoded);
    if (encoded.length != length(capacity)
        || in.getInt(0) != TYPE << 24
        || in.getInt(4) != capacity
        || in.getInt(EPOCH_AT) != epoch
        || in.getInt(12) != 0) {
      throw new MalformedMessageException("not the answer to this evaluation request");
    }
    return new EvaluationReply(encoded.clone());
  }

  private static int length(int capacity) {
    return ELEMENTS_AT + capacity * EvaluationRequest.ELEMENT_BYTES + PROOF_BYTES;
  }

  /** The reply as it travels. Not a copy. */
  public byte[] encoded() {
    return bytes;
  }

  /** The evaluated elements, one after the other; a new array. */
  public byte[] elements() {
    return Arrays.copyOfRange(bytes, ELEMENTS_AT, bytes.length - PROOF_BYTES);
  }

  /** The proof; a new array. */
  public byte[] proof() {
    return Arrays.copyOfRange(bytes, bytes.length - PROOF_BYTES, bytes.length);
  }
}
