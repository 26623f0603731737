package org.blindbook.edge.message;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Optional;
import org.blindbook.protocol.Sha256;
import org.blindbook.protocol.message.Claims;
import org.blindbook.protocol.message.DeploymentRole;
import org.blindbook.protocol.message.DiscoveryMode;
import org.blindbook.protocol.message.MalformedMessageException;

/** {@link Claims} as somebody reads them who has yet to verify the evidence for them. */
public final class ReceivedClaims {
  private static final int FLAGS = Claims.HAS_NONCE | 3 << Claims.ROLE_SHIFT;

  private final byte[] bytes;
  private final DiscoveryMode mode;
  private final Optional<DeploymentRole> role;

  private ReceivedClaims(byte[] bytes, DiscoveryMode mode, Optional<DeploymentRole> role) {
    this.bytes = bytes;
    this.mode = mode;
    this.role = role;
  }

  /**
   * @throws MalformedMessageException unless the bytes are claims of this version
   */
  public static ReceivedClaims decode(byte[] bytes) throws MalformedMessageException {
    if (bytes.length != Claims.BYTES) {
      throw new MalformedMessageException("claims are " + Claims.BYTES + " bytes");
    }
    if (ByteBuffer.wrap(bytes).getShort() != Claims.VERSION) {
      throw new MalformedMessageException("unknown version of claims");
    }
    int flags = bytes[Claims.FLAGS_AT];
    if ((flags & ~FLAGS) != 0) {
      throw new MalformedMessageException("unknown flag in claims");
    }
    DiscoveryMode mode = mode(bytes[Claims.MODE_AT]);
    Optional<DeploymentRole> role = role(flags >> Claims.ROLE_SHIFT);
    ReceivedClaims claims = new ReceivedClaims(bytes.clone(), mode, role);
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

  private static DiscoveryMode mode(int wire) throws MalformedMessageException {
    return Arrays.stream(DiscoveryMode.values())
        .filter(mode -> mode.wire() == wire)
        .findFirst()
        .orElseThrow(() -> new MalformedMessageException("unknown discovery mode"));
  }

  private static Optional<DeploymentRole> role(int wire) {
    return Arrays.stream(DeploymentRole.values()).filter(role -> role.wire() == wire).findFirst();
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
    return other instanceof ReceivedClaims claims && MessageDigest.isEqual(bytes, claims.bytes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }
}
