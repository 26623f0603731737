package org.blindbook.edge.message;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Optional;
import org.blindbook.protocol.Sha256;
import org.blindbook.protocol.hardware.Hardware;
import org.blindbook.protocol.message.Claims;
import org.blindbook.protocol.message.DeploymentRole;
import org.blindbook.protocol.message.DiscoveryMode;
import org.blindbook.protocol.message.MalformedMessageException;
import org.blindbook.protocol.message.Offer;

/** {@link Claims} as somebody reads them who has yet to verify the evidence for them. */
public final class ReceivedClaims {
  private static final int FLAGS = Claims.HAS_NONCE | 3 << Claims.ROLE_SHIFT;

  private static final int MAX_DEPTH = Integer.numberOfTrailingZeros(Offer.MOST_TOGETHER);

  private final byte[] bytes;
  private final byte[] root;
  private final DiscoveryMode mode;
  private final Optional<DeploymentRole> role;

  private ReceivedClaims(
      byte[] bytes, byte[] root, DiscoveryMode mode, Optional<DeploymentRole> role) {
    this.bytes = bytes;
    this.root = root;
    this.mode = mode;
    this.role = role;
  }

  /**
   * @param withPath as they stand in an offer
   * @throws MalformedMessageException unless the bytes are claims of this version, and their path
   */
  public static ReceivedClaims decode(byte[] withPath) throws MalformedMessageException {
    if (withPath.length < Claims.BYTES) {
      throw new MalformedMessageException("claims are " + Claims.BYTES + " bytes");
    }
    byte[] bytes = Arrays.copyOf(withPath, Claims.BYTES);
    byte[] root =
        root(
            Sha256.of(bytes),
            ByteBuffer.wrap(withPath, Claims.BYTES, withPath.length - Claims.BYTES));
    if (ByteBuffer.wrap(bytes).getShort() != Claims.VERSION) {
      throw new MalformedMessageException("unknown version of claims");
    }
    int flags = bytes[Claims.FLAGS_AT];
    if ((flags & ~FLAGS) != 0) {
      throw new MalformedMessageException("unknown flag in claims");
    }
    DiscoveryMode mode = mode(bytes[Claims.MODE_AT]);
    Optional<DeploymentRole> role = role(flags >> Claims.ROLE_SHIFT);
    ReceivedClaims claims = new ReceivedClaims(bytes, root, mode, role);
    boolean possible =
        mode == DiscoveryMode.TRUNCATED
            ? flags >> Claims.ROLE_SHIFT == 0
                && claims.epoch() == 0
                && Arrays.equals(claims.oprfPublicKey(), new byte[Claims.OPRF_KEY_BYTES])
            : role.isPresent() && claims.epoch() > 0;
    if (!possible) {
      throw new MalformedMessageException("role or epoch in claims does not go with the mode");
    }
    return claims;
  }

  /** The root that a path leads to, as {@link Offer} says. */
  private static byte[] root(byte[] leaf, ByteBuffer path) throws MalformedMessageException {
    if (!path.hasRemaining()) {
      return leaf;
    }
    int hashes = path.remaining() - Integer.BYTES;
    int depth = hashes / Sha256.BYTES;
    if (hashes % Sha256.BYTES != 0 || depth < 1 || depth > MAX_DEPTH) {
      throw new MalformedMessageException("the path of claims has an impossible length");
    }
    int place = path.getInt();
    if (place < 0 || place >= 1 << depth) {
      throw new MalformedMessageException("the path of claims begins beside its tree");
    }
    byte[] node = leaf;
    byte[] other = new byte[Sha256.BYTES];
    for (; path.hasRemaining(); place >>= 1) {
      path.get(other);
      node =
          (place & 1) == 0
              ? Sha256.of(Offer.NODE_PREFIX, node, other)
              : Sha256.of(Offer.NODE_PREFIX, other, node);
    }
    return node;
  }

  private static DiscoveryMode mode(int wire) throws MalformedMessageException {
    return Arrays.stream(DiscoveryMode.values())
        .filter(mode -> mode.wire() == wire)
        .findFirst()
        .orElseThrow(() -> new MalformedMessageException("unknown discovery mode"));
  }

  private static Optional<DeploymentRole> role(int wire) {
    return Arrays.stream(DeploymentRole.values()).filter(role -> role.wire() == wire).findFirst();
  }

  /** The claims without their path. */
  public byte[] encode() {
    return bytes.clone();
  }

  /** SHA-256 of the claims: part of the prologue. */
  public byte[] digest() {
    return Sha256.of(bytes);
  }

  /**
   * What evidence for these claims has in REPORTDATA, {@value Hardware#REPORT_DATA_BYTES} bytes.
   */
  public byte[] reportData() {
    return Arrays.copyOf(root, Hardware.REPORT_DATA_BYTES);
  }

  public DiscoveryMode mode() {
    return mode;
  }

  /** What the enclave does in blinded mode; empty in truncated mode. */
  public Optional<DeploymentRole> role() {
    return role;
  }

  /** The epoch of the evaluator's key, from 1; 0 in truncated mode. */
  public int epoch() {
    return ByteBuffer.wrap(bytes).getInt(Claims.EPOCH_AT);
  }

  public long keyExpirySeconds() {
    return ByteBuffer.wrap(bytes).getLong(Claims.KEY_EXPIRY_AT);
  }

  public byte[] channelKey() {
    return Arrays.copyOfRange(bytes, Claims.CHANNEL_KEY_AT, Claims.SETTINGS_AT);
  }

  public byte[] settingsDigest() {
    return Arrays.copyOfRange(bytes, Claims.SETTINGS_AT, Claims.RUNTIME_AT);
  }

  public byte[] runtimeDigest() {
    return Arrays.copyOfRange(bytes, Claims.RUNTIME_AT, Claims.NONCE_AT);
  }

  public Optional<byte[]> nonce() {
    return (bytes[Claims.FLAGS_AT] & Claims.HAS_NONCE) == 0
        ? Optional.empty()
        : Optional.of(Arrays.copyOfRange(bytes, Claims.NONCE_AT, Claims.OPRF_KEY_AT));
  }

  /** The evaluator's public key, 32 bytes: zeros in truncated mode. */
  public byte[] oprfPublicKey() {
    return Arrays.copyOfRange(bytes, Claims.OPRF_KEY_AT, Claims.BYTES);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ReceivedClaims claims
        && MessageDigest.isEqual(bytes, claims.bytes)
        && MessageDigest.isEqual(root, claims.root);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }
}
