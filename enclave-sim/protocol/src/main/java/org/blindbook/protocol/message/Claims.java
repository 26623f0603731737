package org.blindbook.protocol.message;

import java.nio.ByteBuffer;
import org.blindbook.protocol.Sha256;

/**
 * What the enclave says about itself. The evidence binds it, by a path if it binds the claims for
 * others too: see {@link Offer}.
 *
 * <pre>
 *   0   2  version, {@value #VERSION}
 *   2   1  the {@link DiscoveryMode}
 *   3   1  bit 0: a client nonce is present; bits 1 and 2: the {@link DeploymentRole}, 0 in
 *          truncated mode
 *   4   4  OPRF epoch, 0 in truncated mode
 *   8   8  end of use of the channel key, seconds since 1970
 *  16  32  X25519 channel key
 *  48  32  SHA-256 of the deployment settings
 *  80  32  SHA-256 of the Java runtime
 * 112  32  client nonce, or zeros
 * 144  32  OPRF public key, zeros in truncated mode
 * </pre>
 *
 * Integers are big-endian. Every field is public.
 */
public final class Claims {
  public static final int VERSION = 1;
  public static final int BYTES = 176;
  public static final int NONCE_BYTES = 32;
  public static final int DIGEST_BYTES = 32;
  public static final int OPRF_KEY_BYTES = 32;

  public static final int MODE_AT = 2;
  public static final int FLAGS_AT = 3;
  public static final int EPOCH_AT = 4;
  public static final int KEY_EXPIRY_AT = 8;
  public static final int CHANNEL_KEY_AT = 16;
  public static final int SETTINGS_AT = 48;
  public static final int RUNTIME_AT = 80;
  public static final int NONCE_AT = 112;
  public static final int OPRF_KEY_AT = 144;

  /** In the flags. */
  public static final int HAS_NONCE = 1;

  /** In the flags, the place of the role. */
  public static final int ROLE_SHIFT = 1;

  private final byte[] bytes;

  private Claims(byte[] bytes) {
    this.bytes = bytes;
  }

  /**
   * Whose outputs an enclave of a blinded deployment makes or looks up.
   *
   * @param epoch of the evaluator's key, from 1
   * @param oprfPublicKey of the evaluator, {@value #OPRF_KEY_BYTES} bytes
   */
  public record Blinded(DeploymentRole role, int epoch, byte[] oprfPublicKey) {}

  /** Claims of an enclave in truncated mode, without a client nonce. */
  public static Claims truncated(
      byte[] channelKey, long keyExpirySeconds, byte[] settingsDigest, byte[] runtimeDigest) {
    return new Claims(
        ByteBuffer.allocate(BYTES)
            .putShort(0, (short) VERSION)
            .put(MODE_AT, (byte) DiscoveryMode.TRUNCATED.wire())
            .putLong(KEY_EXPIRY_AT, keyExpirySeconds)
            .put(CHANNEL_KEY_AT, channelKey)
            .put(SETTINGS_AT, settingsDigest)
            .put(RUNTIME_AT, runtimeDigest)
            .array());
  }

  /** The same claims of an enclave in blinded mode. */
  public Claims of(Blinded blinded) {
    return new Claims(
        ByteBuffer.wrap(bytes.clone())
            .put(MODE_AT, (byte) DiscoveryMode.BLINDED.wire())
            .put(FLAGS_AT, (byte) (blinded.role.wire() << ROLE_SHIFT))
            .putInt(EPOCH_AT, blinded.epoch)
            .put(OPRF_KEY_AT, blinded.oprfPublicKey)
            .array());
  }

  /** The same claims, made for one client that wants proof of freshness. */
  public Claims withNonce(byte[] nonce) {
    byte[] copy = bytes.clone();
    copy[FLAGS_AT] |= HAS_NONCE;
    System.arraycopy(nonce, 0, copy, NONCE_AT, NONCE_BYTES);
    return new Claims(copy);
  }

  public byte[] encode() {
    return bytes.clone();
  }

  /** SHA-256 of the encoded claims: what the evidence binds, and part of the prologue. */
  public byte[] digest() {
    return Sha256.of(bytes);
  }
}
