package org.blindbook.edge.message;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.blindbook.protocol.Sha256;
import org.blindbook.protocol.message.MalformedMessageException;
import org.blindbook.protocol.message.Offer;

/**
 * An {@link Offer} as a host relays it and a client reads it. The claims stay bytes here because
 * the evidence binds bytes.
 */
public final class ReceivedOffer {
  /** Larger offers are refused unread. */
  public static final int MAX_BYTES = 256 * 1024;

  private final byte[] bytes;
  private final int evidenceAt;
  private final int collateralAt;

  private ReceivedOffer(byte[] bytes, int evidenceAt, int collateralAt) {
    this.bytes = bytes;
    this.evidenceAt = evidenceAt;
    this.collateralAt = collateralAt;
  }

  /**
   * @throws MalformedMessageException unless the bytes are exactly one offer of this version
   */
  public static ReceivedOffer decode(byte[] bytes) throws MalformedMessageException {
    if (bytes.length < Offer.HEADER_BYTES || bytes.length > MAX_BYTES) {
      throw new MalformedMessageException("an offer has an impossible size");
    }
    ByteBuffer in = ByteBuffer.wrap(bytes);
    if (in.getShort() != Offer.VERSION || in.getShort() != 0) {
      throw new MalformedMessageException("unknown version of the offer");
    }
    int claims = in.getInt();
    int evidence = in.getInt();
    int collateral = in.getInt();
    if (claims < 0
        || evidence < 0
        || collateral < 0
        || (long) claims + evidence + collateral != bytes.length - Offer.HEADER_BYTES) {
      throw new MalformedMessageException("an offer's lengths do not add up");
    }
    int evidenceAt = Offer.HEADER_BYTES + claims;
    return new ReceivedOffer(bytes.clone(), evidenceAt, evidenceAt + evidence);
  }

  /** The offer for a client that named this collateral by its digest, else the offer itself. */
  public ReceivedOffer withoutCollateralHeldBy(byte[] clientHolds) {
    if (!Arrays.equals(clientHolds, collateralDigest())) {
      return this;
    }
    byte[] shorter = Arrays.copyOf(bytes, collateralAt);
    ByteBuffer.wrap(shorter).putInt(Offer.COLLATERAL_LENGTH_AT, 0);
    return new ReceivedOffer(shorter, evidenceAt, collateralAt);
  }

  /** As it travels; a new array. */
  public byte[] encode() {
    return bytes.clone();
  }

  public byte[] claims() {
    return Arrays.copyOfRange(bytes, Offer.HEADER_BYTES, evidenceAt);
  }

  public byte[] evidence() {
    return Arrays.copyOfRange(bytes, evidenceAt, collateralAt);
  }

  /** Empty when the sender knew that the receiver holds it. */
  public byte[] collateral() {
    return Arrays.copyOfRange(bytes, collateralAt, bytes.length);
  }

  public byte[] collateralDigest() {
    return Arrays.copyOfRange(
        bytes, Offer.COLLATERAL_DIGEST_AT, Offer.COLLATERAL_DIGEST_AT + Sha256.BYTES);
  }
}
