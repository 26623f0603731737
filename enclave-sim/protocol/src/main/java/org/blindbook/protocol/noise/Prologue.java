package org.blindbook.protocol.noise;

import java.nio.ByteBuffer;
import org.blindbook.protocol.message.Claims;

/** What client and enclave must agree on for a handshake to succeed. */
public final class Prologue {
  public static final int PROTOCOL_VERSION = 1;

  private Prologue() {}

  /** The protocol version as 2 bytes, then SHA-256 of the claims. */
  public static byte[] of(Claims claims) {
    return ByteBuffer.allocate(2 + Claims.DIGEST_BYTES)
        .putShort((short) PROTOCOL_VERSION)
        .put(claims.digest())
        .array();
  }
}
