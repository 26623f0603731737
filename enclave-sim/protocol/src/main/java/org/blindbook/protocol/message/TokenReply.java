package org.blindbook.protocol.message;

import java.nio.ByteBuffer;

/**
 * The enclave's answer to a request, before any result. The client stores the token, then
 * acknowledges.
 *
 * <pre>
 *   0   1  type, {@value #TYPE}
 *   1   1  {@value #GRANTED} granted; {@value #REFUSED} refused: not enough permits; {@value
 *          #INVALID_TOKEN} the token does not cover what the request says is paid
 *   2   2  zero
 *   4   4  permits charged by this request, 0 when it is a repeat
 *   8   4  when refused: seconds after which the permits suffice, 0 for never
 *  12  52  zero
 *  64  64  token over the kept and the new contacts; zeros when not granted, where lookups cost
 *          nothing, and in the answer to an evaluation request
 * </pre>
 *
 * Integers are big-endian. Leak rule: every byte is secret. The session goes on in the same way
 * whatever the outcome.
 */
public final class TokenReply {
  public static final int BYTES = 128;
  public static final int TYPE = 2;
  public static final int GRANTED = 1;
  public static final int REFUSED = 2;
  public static final int INVALID_TOKEN = 3;
  public static final int TOKEN_BYTES = 64;

  public static final int OUTCOME_AT = 1;
  public static final int CHARGED_AT = 4;
  public static final int RETRY_AFTER_AT = 8;
  public static final int TOKEN_AT = 64;

  private TokenReply() {}

  /**
   * @param outcome {@link #GRANTED}, {@link #REFUSED} or {@link #INVALID_TOKEN}
   * @param token {@value #TOKEN_BYTES} bytes, or none
   * @leaks the length of the token
   */
  public static byte[] encode(long outcome, int charged, int retryAfterSeconds, byte[] token) {
    return ByteBuffer.allocate(BYTES)
        .put(0, (byte) TYPE)
        .put(OUTCOME_AT, (byte) outcome)
        .putInt(CHARGED_AT, charged)
        .putInt(RETRY_AFTER_AT, retryAfterSeconds)
        .put(TOKEN_AT, token)
        .array();
  }
}
