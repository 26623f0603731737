package org.blindbook.protocol.message;

import java.nio.ByteBuffer;
import org.blindbook.protocol.Sha256;

/**
 * The server's first message: everything a client needs to decide whether to talk to the enclave.
 *
 * <pre>
 *   0   2  version, {@value #VERSION}
 *   2   2  zero; a host that adds the settings as text puts its length here
 *   4   4  length of the claims
 *   8   4  length of the evidence
 *  12   4  length of the collateral, 0 when the client holds it already
 *  16  32  SHA-256 of the collateral
 *  48      claims, evidence, collateral
 * </pre>
 *
 * Integers are big-endian. Every field is public.
 */
public record Offer(Claims claims, byte[] evidence, byte[] collateral) {
  public static final int VERSION = 1;
  public static final int HEADER_BYTES = 48;
  public static final int COLLATERAL_LENGTH_AT = 12;
  public static final int COLLATERAL_DIGEST_AT = 16;

  public byte[] encode() {
    byte[] claimed = claims.encode();
    return ByteBuffer.allocate(HEADER_BYTES + claimed.length + evidence.length + collateral.length)
        .putShort((short) VERSION)
        .putShort((short) 0)
        .putInt(claimed.length)
        .putInt(evidence.length)
        .putInt(collateral.length)
        .put(Sha256.of(collateral))
        .put(claimed)
        .put(evidence)
        .put(collateral)
        .array();
  }
}
