package org.blindbook.protocol.message;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * The enclave's answer to a request, before any result. The client stores the token, then
 * acknowledges.
 *
 * <pre>
 *   0   1  type, {@value #TYPE}
 *   1   1  1 granted, 2 refused: not enough permits
 *   2   2  zero
 *   4   4  permits charged by this request, 0 when it is a repeat
 *   8   4  when refused: seconds after which the permits suffice, 0 for never
 *  12  52  zero
 *  64  64  token over the kept and the new contacts; zeros when refused, and in the answer to an
 *          evaluation request
 * </pre>
 *
 * Integers are big-endian. Leak rule: every byte is secret; a refused session ends here, which the
 * host sees.
 *
 * @param granted whether the results follow the acknowledgement
 * @param charged permits charged by this request
 * @param retryAfterSeconds when refused, how long to wait
 * @param token {@value DiscoveryRequest#TOKEN_BYTES} bytes
 */
public record TokenReply(boolean granted, int charged, int retryAfterSeconds, byte[] token) {
  public static final int BYTES = 128;

  private static final int TYPE = 2;
  private static final int TOKEN_AT = 64;

  /** The answer to a request that has been paid for. */
  public static TokenReply granted(int charged, byte[] token) {
    return new TokenReply(true, charged, 0, token);
  }

  /** The answer to an evaluation request that has been paid for. */
  public static TokenReply evaluationGranted(int charged) {
    return granted(charged, new byte[DiscoveryRequest.TOKEN_BYTES]);
  }

  /** The answer to a request that the account's permits do not cover. */
  public static TokenReply refused(int retryAfterSeconds) {
    return new TokenReply(false, 0, retryAfterSeconds, new byte[DiscoveryRequest.TOKEN_BYTES]);
  }

  public byte[] encode() {
    return ByteBuffer.allocate(BYTES)
        .put(0, (byte) TYPE)
        .put(1, (byte) (granted ? 1 : 2))
        .putInt(4, charged)
        .putInt(8, retryAfterSeconds)
        .put(TOKEN_AT, token)
        .array();
  }

  /**
   * @throws MalformedMessageException unless the bytes are exactly one token reply
   */
  public static TokenReply decode(byte[] bytes) throws MalformedMessageException {
    if (bytes.length != BYTES
        || bytes[0] != TYPE
        || bytes[1] < 1
        || bytes[1] > 2
        || bytes[2] != 0
        || bytes[3] != 0) {
      throw new MalformedMessageException("not a token reply");
    }
    ByteBuffer in = ByteBuffer.wrap(bytes);
    int charged = in.getInt(4);
    int retryAfter = in.getInt(8);
    if (charged < 0 || retryAfter < 0) {
      throw new MalformedMessageException("a token reply has a negative count");
    }
    return new TokenReply(
        bytes[1] == 1, charged, retryAfter, Arrays.copyOfRange(bytes, TOKEN_AT, BYTES));
  }

  @Override
  public String toString() {
    return "TokenReply[redacted]";
  }
}
