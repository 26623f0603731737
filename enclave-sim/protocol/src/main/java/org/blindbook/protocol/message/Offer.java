package org.blindbook.protocol.message;

import java.nio.ByteBuffer;
import org.blindbook.protocol.Sha256;

/**
 * The server's first message: everything a client needs to decide whether to talk to the enclave.
 *
 * <pre>
 *   0   2  version, {@value #VERSION}
 *   2   2  zero; a host that adds the settings as text puts its length here
 *   4   4  length of the claims and their path
 *   8   4  length of the evidence
 *  12   4  length of the collateral, 0 when the client holds it already
 *  16  32  SHA-256 of the collateral
 *  48      claims, path, evidence, collateral
 * </pre>
 *
 * Integers are big-endian. Every field is public.
 *
 * <p>One quote serves all who wait for one: REPORTDATA is the root of a binary hash tree, followed
 * by 32 zero bytes. A leaf is the digest of somebody's claims, a node SHA-256 of the byte 1 and its
 * two children; leaves are zeros from the last claims to the next power of two. The path is empty
 * when the claims are alone, and their digest the root; else the number of their leaf, 4 bytes, and
 * the other child of each node from theirs up to the root.
 */
public record Offer(Claims claims, byte[] path, byte[] evidence, byte[] collateral) {
  public static final int VERSION = 1;

  /** Most claims in one tree. */
  public static final int MOST_TOGETHER = 256;

  /** What a node is hashed with: a leaf is the hash of something longer. */
  public static final byte[] NODE_PREFIX = {1};

  public static final int HEADER_BYTES = 48;
  public static final int COLLATERAL_LENGTH_AT = 12;
  public static final int COLLATERAL_DIGEST_AT = 16;

  public byte[] encode() {
    byte[] claimed = claims.encode();
    int length = HEADER_BYTES + claimed.length + path.length + evidence.length + collateral.length;
    return ByteBuffer.allocate(length)
        .putShort((short) VERSION)
        .putShort((short) 0)
        .putInt(claimed.length + path.length)
        .putInt(evidence.length)
        .putInt(collateral.length)
        .put(Sha256.of(collateral))
        .put(claimed)
        .put(path)
        .put(evidence)
        .put(collateral)
        .array();
  }
}
