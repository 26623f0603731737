package org.blindbook.edge.message;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.blindbook.protocol.message.MalformedMessageException;
import org.blindbook.protocol.message.TokenReply;

/**
 * A {@link TokenReply} as the client reads it.
 *
 * @param outcome what the results are worth that follow the acknowledgement in any case
 * @param charged permits charged by this request
 * @param retryAfterSeconds when refused: after how long the permits would suffice, 0 for never
 * @param token {@value TokenReply#TOKEN_BYTES} bytes
 */
public record ReceivedTokenReply(
    Outcome outcome, int charged, int retryAfterSeconds, byte[] token) {

  /** What becomes of a request. */
  public enum Outcome {
    /** It is paid for. */
    GRANTED(TokenReply.GRANTED),
    /** The permits do not suffice: nothing was charged, and the results say nothing. */
    REFUSED(TokenReply.REFUSED),
    /** The token does not cover what the request says is paid: likewise. */
    INVALID_TOKEN(TokenReply.INVALID_TOKEN);

    private final int wire;

    Outcome(int wire) {
      this.wire = wire;
    }

    private static Outcome of(int wire) throws MalformedMessageException {
      for (Outcome outcome : values()) {
        if (outcome.wire == wire) {
          return outcome;
        }
      }
      throw new MalformedMessageException("a token reply has an unknown outcome");
    }
  }

  /**
   * @throws MalformedMessageException unless the bytes are exactly one token reply
   */
  public static ReceivedTokenReply decode(byte[] bytes) throws MalformedMessageException {
    if (bytes.length != TokenReply.BYTES || bytes[0] != TokenReply.TYPE) {
      throw new MalformedMessageException("not a token reply");
    }
    Outcome outcome = Outcome.of(bytes[TokenReply.OUTCOME_AT]);
    if (bytes[2] != 0 || bytes[3] != 0) {
      throw new MalformedMessageException("not a token reply");
    }
    ByteBuffer in = ByteBuffer.wrap(bytes);
    int charged = in.getInt(TokenReply.CHARGED_AT);
    int retryAfter = in.getInt(TokenReply.RETRY_AFTER_AT);
    if (charged < 0 || retryAfter < 0) {
      throw new MalformedMessageException("a token reply has a negative count");
    }
    return new ReceivedTokenReply(
        outcome,
        charged,
        retryAfter,
        Arrays.copyOfRange(bytes, TokenReply.TOKEN_AT, TokenReply.BYTES));
  }

  public boolean granted() {
    return outcome == Outcome.GRANTED;
  }

  @Override
  public String toString() {
    return "ReceivedTokenReply[redacted]";
  }
}
