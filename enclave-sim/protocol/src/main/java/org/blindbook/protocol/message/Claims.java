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
 *   3   1  bit 0: a client nonce is present
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

  private final byte[] bytes;
  private final DiscoveryMode mode;

  private Claims(byte[] bytes, DiscoveryMode mode) {
    this.bytes = bytes;
    this.mode = mode;
  }

  /** Claims of an enclave in truncated mode, without a client nonce. */
  public static Claims truncated(
      byte[] channelKey, long keyExpirySeconds, byte[] settingsDigest, byte[] runtimeDigest) {
    if (channelKey.length != 32
        || settingsDigest.length != DIGEST_BYTES
        || runtimeDigest.length != DIGEST_BYTES) {
      throw new IllegalArgumentException("channel key and digests are 32 bytes each");
    }
    byte[] bytes =
        ByteBuffer.allocate(BYTES)
            .putShort((short) VERSION)
            .put((byte) DiscoveryMode.TRUNCATED.wire())
            .put((byte) 0)
            .putInt(0)
            .putLong(keyExpirySeconds)
            .put(channelKey)
            .put(settingsDigest)
            .put(runtimeDigest)
            .array();
    return new Claims(bytes, DiscoveryMode.TRUNCATED);
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
    if ((in.get() & ~1) != 0) {
      throw new MalformedMessageException("unknown flag in claims");
    }
    return new Claims(bytes.clone(), mode);
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
