package org.blindbook.protocol.message;

import java.nio.ByteBuffer;

/**
 * The enclave's answer to a request, before any result. The client stores the token, then
 * acknowledges.
 *
 * <pre>
 *   0   1  type, {@value #TYPE}
 *   1   1  {@value #GRANTED} granted, {@value #REFUSED} refused: not enough permits
 *   2   2  zero
 *   4   4  permits charged by this request, 0 when it is a repeat
 *   8   4  when refused: seconds after which the permits suffice, 0 for never
 *  12  52  zero
 *  64  64  token over the kept and the new contacts; zeros when refused, where lookups cost
 *          nothing, and in the answer to an evaluation request
 * </pre>
 *
 * Integers are big-endian. Leak rule: every byte is secret; a refused session ends here, which the
 * host sees.
 */
public final class TokenReply {
  public static final int BYTES = 128;
  public static final int TYPE = 2;
  public static final int GRANTED = 1;
  public static final int REFUSED = 2;
  public static final int TOKEN_BYTES = 64;

  public static final int OUTCOME_AT = 1;
  public static final int CHARGED_AT = 4;
  public static final int RETRY_AFTER_AT = 8;
  public static final int TOKEN_AT = 64;

  private TokenReply() {}

  /**
   * The answer to a request that has been paid for.
   *
   * @param token {@value #TOKEN_BYTES} bytes, or none
   * @leaks nothing
   */
  public static byte[] granted(int charged, byte[] token) {
    return reply(GRANTED).putInt(CHARGED_AT, charged).put(TOKEN_AT, token).array();
  }

  /** The answer to a request that the account's permits do not cover. */
  public static byte[] refused(int retryAfterSeconds) {
    return reply(REFUSED).putInt(RETRY_AFTER_AT, retryAfterSeconds).array();
  }

  private static ByteBuffer reply(int outcome) {
    return ByteBuffer.allocate(BYTES).put(0, (byte) TYPE).put(OUTCOME_AT, (byte) outcome);
  }
}
