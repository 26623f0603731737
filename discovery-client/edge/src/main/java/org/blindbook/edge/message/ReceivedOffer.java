package org.blindbook.edge.message;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.blindbook.protocol.Sha256;
import org.blindbook.protocol.message.MalformedMessageException;
import org.blindbook.protocol.message.Offer;

/**
 * An {@link Offer} as a host relays it and a client reads it. The claims stay bytes here because
 * the evidence binds bytes. The host adds the deployment settings as text behind what the enclave
 * wrote, their length where the enclave writes zero; the claims have their digest.
 */
public final class ReceivedOffer {
  /** Larger offers are refused unread. */
  public static final int MAX_BYTES = 256 * 1024;

  /** Of the settings' text. */
  public static final int MAX_SETTINGS_BYTES = 0xffff;

  private static final int SETTINGS_LENGTH_AT = 2;

  private final byte[] bytes;
  private final int evidenceAt;
  private final int collateralAt;
  private final int settingsAt;

  private ReceivedOffer(byte[] bytes, int evidenceAt, int collateralAt, int settingsAt) {
    this.bytes = bytes;
    this.evidenceAt = evidenceAt;
    this.collateralAt = collateralAt;
    this.settingsAt = settingsAt;
  }

  /**
   * @throws MalformedMessageException unless the bytes are exactly one offer of this version
   */
  public static ReceivedOffer decode(byte[] bytes) throws MalformedMessageException {
    if (bytes.length < Offer.HEADER_BYTES || bytes.length > MAX_BYTES) {
      throw new MalformedMessageException("an offer has an impossible size");
    }
    ByteBuffer in = ByteBuffer.wrap(bytes);
    if (in.getShort() != Offer.VERSION) {
      throw new MalformedMessageException("unknown version of the offer");
    }
    int settings = in.getShort() & 0xffff;
    int claims = in.getInt();
    int evidence = in.getInt();
    int collateral = in.getInt();
    if (claims < 0
        || evidence < 0
        || collateral < 0
        || (long) claims + evidence + collateral + settings != bytes.length - Offer.HEADER_BYTES) {
      throw new MalformedMessageException("an offer's lengths do not add up");
    }
    int evidenceAt = Offer.HEADER_BYTES + claims;
    return new ReceivedOffer(
        bytes.clone(), evidenceAt, evidenceAt + evidence, bytes.length - settings);
  }

  /** The offer for a client that named this collateral by its digest, else the offer itself. */
  public ReceivedOffer withoutCollateralHeldBy(byte[] clientHolds) {
    return Arrays.equals(clientHolds, collateralDigest()) ? with(new byte[0], settings()) : this;
  }

  /**
   * The offer with the deployment settings that its enclave was given.
   *
   * @param text at most {@value #MAX_SETTINGS_BYTES} bytes
   */
  public ReceivedOffer withSettings(byte[] text) {
    if (text.length > MAX_SETTINGS_BYTES) {
      throw new IllegalArgumentException("settings are too long for an offer");
    }
    return with(collateral(), text);
  }

  private ReceivedOffer with(byte[] collateral, byte[] settings) {
    int settingsFrom = collateralAt + collateral.length;
    byte[] other = Arrays.copyOf(bytes, settingsFrom + settings.length);
    ByteBuffer.wrap(other)
        .putShort(SETTINGS_LENGTH_AT, (short) settings.length)
        .putInt(Offer.COLLATERAL_LENGTH_AT, collateral.length)
        .put(collateralAt, collateral)
        .put(settingsFrom, settings);
    return new ReceivedOffer(other, evidenceAt, collateralAt, settingsFrom);
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
    return Arrays.copyOfRange(bytes, collateralAt, settingsAt);
  }

  /** The host's word, to be compared with the claimed digest; empty when it shows none. */
  public byte[] settings() {
    return Arrays.copyOfRange(bytes, settingsAt, bytes.length);
  }

  public byte[] collateralDigest() {
    return Arrays.copyOfRange(
        bytes, Offer.COLLATERAL_DIGEST_AT, Offer.COLLATERAL_DIGEST_AT + Sha256.BYTES);
  }
}
