package org.blindbook.protocol.message;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Optional;
import org.blindbook.protocol.Sha256;

/**
 * What the enclave says about itself. The evidence binds it: REPORTDATA is SHA-256 of these bytes,
 * followed by 32 zero bytes.
 *
 * <pre>
 *   0   2  version, {@value #VERSION}
 *   2   1  discovery mode: 1 truncated, 2 blinded
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

  private static final int ROLE_SHIFT = 1;
  private static final int FLAGS = 7;

  private final byte[] bytes;
  private final DiscoveryMode mode;

  private Claims(byte[] bytes, DiscoveryMode mode) {
    this.bytes = bytes;
    this.mode = mode;
  }

  /** Claims of an enclave in truncated mode, without a client nonce. */
  public static Claims truncated(
      byte[] channelKey, long keyExpirySeconds, byte[] settingsDigest, byte[] runtimeDigest) {
    ByteBuffer bytes = start(channelKey, keyExpirySeconds, settingsDigest, runtimeDigest);
    bytes.put(2, (byte) DiscoveryMode.TRUNCATED.wire());
    return new Claims(bytes.array(), DiscoveryMode.TRUNCATED);
  }

  /**
   * Claims of an enclave in blinded mode, without a client nonce.
   *
   * @param epoch of the evaluator's key, from 1
   * @param oprfPublicKey of the evaluator, 32 bytes
   */
  public static Claims blinded(
      DeploymentRole role,
      int epoch,
      byte[] oprfPublicKey,
      byte[] channelKey,
      long keyExpirySeconds,
      byte[] settingsDigest,
      byte[] runtimeDigest) {
    if (epoch < 1 || oprfPublicKey.length != OPRF_KEY_BYTES) {
      throw new IllegalArgumentException("epochs count from 1, and a public key has 32 bytes");
    }
    ByteBuffer bytes = start(channelKey, keyExpirySeconds, settingsDigest, runtimeDigest);
    bytes
        .put(2, (byte) DiscoveryMode.BLINDED.wire())
        .put(3, (byte) (role.wire() << ROLE_SHIFT))
        .putInt(4, epoch)
        .put(144, oprfPublicKey);
    return new Claims(bytes.array(), DiscoveryMode.BLINDED);
  }

  private static ByteBuffer start(
      byte[] channelKey, long keyExpirySeconds, byte[] settingsDigest, byte[] runtimeDigest) {
    if (channelKey.length != 32
        || settingsDigest.length != DIGEST_BYTES
        || runtimeDigest.length != DIGEST_BYTES) {
      throw new IllegalArgumentException("channel key and digests are 32 bytes each");
    }
    return ByteBuffer.allocate(BYTES)
        .putShort(0, (short) VERSION)
        .position(8)
        .putLong(keyExpirySeconds)
        .put(channelKey)
        .put(settingsDigest)
        .put(runtimeDigest);
  }

  /** The same claims, made for one client that wants proof of freshness. */
  public Claims withNonce(byte[] nonce) {
    if (nonce.length != NONCE_BYTES) {
      throw new IllegalArgumentException("a client nonce is " + NONCE_BYTES + " bytes");
    }
    byte[] copy = bytes.clone();
    copy[3] |= 1;
    System.arraycopy(nonce, 0, copy, 112, NONCE_BYTES);
    return new Claims(copy, mode);
  }

  /**
   * @throws MalformedMessageException unless the bytes are claims of this version
   */
  public static Claims decode(byte[] bytes) throws MalformedMessageException {
    if (bytes.length != BYTES) {
      throw new MalformedMessageException("claims are " + BYTES + " bytes");
    }
    ByteBuffer in = ByteBuffer.wrap(bytes);
    if (in.getShort() != VERSION) {
      throw new MalformedMessageException("unknown version of claims");
    }
    DiscoveryMode mode = DiscoveryMode.ofWire(in.get());
    int flags = in.get();
    if ((flags & ~FLAGS) != 0) {
      throw new MalformedMessageException("unknown flag in claims");
    }
    Claims claims = new Claims(bytes.clone(), mode);
    boolean possible =
        mode == DiscoveryMode.TRUNCATED
            ? flags >> ROLE_SHIFT == 0
                && claims.epoch() == 0
                && Arrays.equals(claims.oprfPublicKey(), new byte[OPRF_KEY_BYTES])
            : DeploymentRole.ofWire(flags >> ROLE_SHIFT) != null && claims.epoch() > 0;
    if (!possible) {
      throw new MalformedMessageException("role or epoch in claims does not go with the mode");
    }
    return claims;
  }

  public byte[] encode() {
    return bytes.clone();
  }

  /** SHA-256 of the encoded claims: the first half of REPORTDATA, and part of the prologue. */
  public byte[] digest() {
    return Sha256.of(bytes);
  }

  public DiscoveryMode mode() {
    return mode;
  }

  /** What the enclave does in blinded mode; empty in truncated mode. */
  public Optional<DeploymentRole> role() {
    try {
      return mode == DiscoveryMode.BLINDED
          ? Optional.of(DeploymentRole.ofWire(bytes[3] >> ROLE_SHIFT))
          : Optional.empty();
    } catch (MalformedMessageException e) {
      throw new IllegalStateException("claims are checked when they are read", e);
    }
  }

  /** The epoch of the evaluator's key, from 1; 0 in truncated mode. */
  public int epoch() {
    return ByteBuffer.wrap(bytes).getInt(4);
  }

  public long keyExpirySeconds() {
    return ByteBuffer.wrap(bytes).getLong(8);
  }

  public byte[] channelKey() {
    return Arrays.copyOfRange(bytes, 16, 48);
  }

  public byte[] settingsDigest() {
    return Arrays.copyOfRange(bytes, 48, 80);
  }

  public byte[] runtimeDigest() {
    return Arrays.copyOfRange(bytes, 80, 112);
  }

  public Optional<byte[]> nonce() {
    return (bytes[3] & 1) == 0
        ? Optional.empty()
        : Optional.of(Arrays.copyOfRange(bytes, 112, 144));
  }

  /** The evaluator's public key, 32 bytes: zeros in truncated mode. */
  public byte[] oprfPublicKey() {
    return Arrays.copyOfRange(bytes, 144, BYTES);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Claims claims && MessageDigest.isEqual(bytes, claims.bytes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }
}
