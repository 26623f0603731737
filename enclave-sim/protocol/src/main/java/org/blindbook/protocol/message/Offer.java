package org.blindbook.protocol.message;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.blindbook.protocol.Sha256;

/**
 * The server's first message: everything a client needs to decide whether to talk to the enclave.
 *
 * <pre>
 *   0   2  version, {@value #VERSION}
 *   2   2  zero
 *   4   4  length of the claims
 *   8   4  length of the evidence
 *  12   4  length of the collateral, 0 when the client holds it already
 *  16  32  SHA-256 of the collateral
 *  48      claims, evidence, collateral
 * </pre>
 *
 * Integers are big-endian. Every field is public. The claims stay bytes here because the evidence
 * binds bytes.
 */
public final class Offer {
  public static final int VERSION = 1;

  /** Larger offers are refused unread. */
  public static final int MAX_BYTES = 256 * 1024;

  private static final int HEADER_BYTES = 48;

  private final byte[] claims;
  private final byte[] evidence;
  private final byte[] collateral;
  private final byte[] collateralDigest;

  public Offer(byte[] claims, byte[] evidence, byte[] collateral) {
    this(claims, evidence, collateral, Sha256.of(collateral));
  }

  private Offer(byte[] claims, byte[] evidence, byte[] collateral, byte[] collateralDigest) {
    this.claims = claims;
    this.evidence = evidence;
    this.collateral = collateral;
    this.collateralDigest = collateralDigest;
  }

  /**
   * @throws MalformedMessageException unless the bytes are exactly one offer of this version
   */
  public static Offer decode(byte[] bytes) throws MalformedMessageException {
    if (bytes.length < HEADER_BYTES || bytes.length > MAX_BYTES) {
      throw new MalformedMessageException("an offer has an impossible size");
    }
    ByteBuffer in = ByteBuffer.wrap(bytes);
    if (in.getShort() != VERSION || in.getShort() != 0) {
      throw new MalformedMessageException("unknown version of the offer");
    }
    int claims = in.getInt();
    int evidence = in.getInt();
    int collateral = in.getInt();
    if (claims < 0
        || evidence < 0
        || collateral < 0
        || (long) claims + evidence + collateral != bytes.length - HEADER_BYTES) {
      throw new MalformedMessageException("an offer's lengths do not add up");
    }
    byte[] collateralDigest = take(in, Sha256.BYTES);
    return new Offer(take(in, claims), take(in, evidence), take(in, collateral), collateralDigest);
  }

  private static byte[] take(ByteBuffer in, int length) {
    byte[] part = new byte[length];
    in.get(part);
    return part;
  }

  public byte[] encode() {
    return ByteBuffer.allocate(HEADER_BYTES + claims.length + evidence.length + collateral.length)
        .putShort((short) VERSION)
        .putShort((short) 0)
        .putInt(claims.length)
        .putInt(evidence.length)
        .putInt(collateral.length)
        .put(collateralDigest)
        .put(claims)
        .put(evidence)
        .put(collateral)
        .array();
  }

  /** The offer for a client that named this collateral by its digest, else the offer itself. */
  public Offer withoutCollateralHeldBy(byte[] clientHolds) {
    return Arrays.equals(clientHolds, collateralDigest)
        ? new Offer(claims, evidence, new byte[0], collateralDigest)
        : this;
  }

  public byte[] claims() {
    return claims.clone();
  }

  public byte[] evidence() {
    return evidence.clone();
  }

  /** Empty when the sender knew that the receiver holds it. */
  public byte[] collateral() {
    return collateral.clone();
  }

  public byte[] collateralDigest() {
    return collateralDigest.clone();
  }
}
