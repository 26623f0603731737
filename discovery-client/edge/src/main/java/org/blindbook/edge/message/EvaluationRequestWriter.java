package org.blindbook.edge.message;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.blindbook.protocol.evaluation.EvaluationRequest;
import org.blindbook.protocol.message.SizeClass;

/** An {@link EvaluationRequest} that a client or a loader makes. Never prints what it holds. */
public final class EvaluationRequestWriter {
  private final byte[] bytes;
  private final int capacity;

  /**
   * @param epoch of the evaluator's key
   * @param count of the elements that stand for a contact, 0 to their number
   * @param elements as many as a size class, {@value EvaluationRequest#ELEMENT_BYTES} bytes each
   */
  public EvaluationRequestWriter(int epoch, int count, byte[] retryNonce, byte[] elements) {
    this.capacity = elements.length / EvaluationRequest.ELEMENT_BYTES;
    if (!SizeClass.isSizeClass(capacity)
        || elements.length != capacity * EvaluationRequest.ELEMENT_BYTES
        || count < 0
        || count > capacity
        || retryNonce.length != EvaluationRequest.NONCE_BYTES) {
      throw new IllegalArgumentException("elements, count or nonce has the wrong size");
    }
    this.bytes =
        ByteBuffer.allocate(EvaluationRequest.ELEMENTS_AT + elements.length)
            .put(0, (byte) EvaluationRequest.TYPE)
            .putInt(EvaluationRequest.CAPACITY_AT, capacity)
            .putInt(EvaluationRequest.EPOCH_AT, epoch)
            .putInt(EvaluationRequest.COUNT_AT, count)
            .put(EvaluationRequest.NONCE_AT, retryNonce)
            .put(EvaluationRequest.ELEMENTS_AT, elements)
            .array();
  }

  public int capacity() {
    return capacity;
  }

  /** The request as it travels. Not a copy. */
  public byte[] encoded() {
    return bytes;
  }

  /** Overwrites every byte with zero. */
  public void wipe() {
    Arrays.fill(bytes, (byte) 0);
  }

  @Override
  public String toString() {
    return "EvaluationRequestWriter[capacity=" + capacity + "]";
  }
}
