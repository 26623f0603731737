package org.blindbook.protocol.evaluation;

import java.nio.ByteBuffer;

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
  public static final int TYPE = 6;
  public static final int CAPACITY_AT = 4;
  public static final int EPOCH_AT = 8;
  public static final int ELEMENTS_AT = 16;

  private EvaluationReply() {}

  /**
   * The reply as it travels.
   *
   * @param elements as many as the request's, 32 bytes each
   * @param proof {@value #PROOF_BYTES} bytes
   * @leaks nothing
   */
  public static byte[] encode(int epoch, byte[] elements, byte[] proof) {
    int capacity = elements.length / EvaluationRequest.ELEMENT_BYTES;
    return ByteBuffer.allocate(length(capacity))
        .put(0, (byte) TYPE)
        .putInt(CAPACITY_AT, capacity)
        .putInt(EPOCH_AT, epoch)
        .position(ELEMENTS_AT)
        .put(elements)
        .put(proof)
        .array();
  }

  /** Of a reply of this size class, in bytes. */
  public static int length(int capacity) {
    return ELEMENTS_AT + capacity * EvaluationRequest.ELEMENT_BYTES + PROOF_BYTES;
  }
}
