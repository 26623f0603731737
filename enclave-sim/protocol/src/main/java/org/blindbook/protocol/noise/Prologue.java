package org.blindbook.protocol.noise;

import java.nio.ByteBuffer;
import org.blindbook.protocol.message.Claims;

/** What client and enclave must agree on for a handshake to succeed. */
public final class Prologue {
  public static final int PROTOCOL_VERSION = 1;

  private Prologue() {}

  /**
   * The protocol version as 2 bytes, then SHA-256 of the claims.
   *
   * @param claimsDigest of {@value Claims#DIGEST_BYTES} bytes
   */
  public static byte[] of(byte[] claimsDigest) {
    return ByteBuffer.allocate(2 + Claims.DIGEST_BYTES)
        .putShort((short) PROTOCOL_VERSION)
        .put(claimsDigest)
        .array();
  }
}
