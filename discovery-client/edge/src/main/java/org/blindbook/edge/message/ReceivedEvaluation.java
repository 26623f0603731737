package org.blindbook.edge.message;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.blindbook.protocol.evaluation.EvaluationReply;
import org.blindbook.protocol.message.MalformedMessageException;

/** An {@link EvaluationReply} as it comes back; whether it is right only the proof tells. */
public final class ReceivedEvaluation {
  private final byte[] bytes;

  private ReceivedEvaluation(byte[] bytes) {
    this.bytes = bytes;
  }

  /**
   * @param capacity the size class of the request that was sent
   * @param epoch of the request that was sent
   * @throws MalformedMessageException unless the bytes have the form of such an answer
   */
  public static ReceivedEvaluation decode(byte[] encoded, int capacity, int epoch)
      throws MalformedMessageException {
    ByteBuffer in = ByteBuffer.wrap(encoded);
    if (encoded.length != EvaluationReply.length(capacity)
        || in.getInt(0) != EvaluationReply.TYPE << 24
        || in.getInt(EvaluationReply.CAPACITY_AT) != capacity
        || in.getInt(EvaluationReply.EPOCH_AT) != epoch
        || in.getInt(12) != 0) {
      throw new MalformedMessageException("not the answer to this evaluation request");
    }
    return new ReceivedEvaluation(encoded.clone());
  }

  /** The evaluated elements, one after the other; a new array. */
  public byte[] elements() {
    return Arrays.copyOfRange(
        bytes, EvaluationReply.ELEMENTS_AT, bytes.length - EvaluationReply.PROOF_BYTES);
  }

  /** The proof; a new array. */
  public byte[] proof() {
    return Arrays.copyOfRange(bytes, bytes.length - EvaluationReply.PROOF_BYTES, bytes.length);
  }
}
