package org.blindbook.edge.message;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.blindbook.protocol.message.MalformedMessageException;
import org.blindbook.protocol.message.TokenReply;

/**
 * A {@link TokenReply} as the client reads it.
 *
 * @param granted whether the results follow the acknowledgement
 * @param charged permits charged by this request
 * @param retryAfterSeconds when refused, how long to wait
 * @param token {@value TokenReply#TOKEN_BYTES} bytes
 */
public record ReceivedTokenReply(
    boolean granted, int charged, int retryAfterSeconds, byte[] token) {

  /**
   * @throws MalformedMessageException unless the bytes are exactly one token reply
   */
  public static ReceivedTokenReply decode(byte[] bytes) throws MalformedMessageException {
    if (bytes.length != TokenReply.BYTES || bytes[0] != TokenReply.TYPE) {
      throw new MalformedMessageException("not a token reply");
    }
    int outcome = bytes[TokenReply.OUTCOME_AT];
    if (outcome != TokenReply.GRANTED && outcome != TokenReply.REFUSED) {
      throw new MalformedMessageException("a token reply has an unknown outcome");
    }
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
        outcome == TokenReply.GRANTED,
        charged,
        retryAfter,
        Arrays.copyOfRange(bytes, TokenReply.TOKEN_AT, TokenReply.BYTES));
  }

  @Override
  public String toString() {
    return "ReceivedTokenReply[redacted]";
  }
}
