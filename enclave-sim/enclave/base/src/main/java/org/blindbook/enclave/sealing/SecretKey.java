package org.blindbook.enclave.sealing;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.blindbook.protocol.Aead;
import org.blindbook.protocol.HmacSha256;
import org.blindbook.protocol.hardware.Hardware;

/**
 * A key that this enclave, and later versions of it by the same signer, can derive again on this
 * platform. It outlives a restart, so tokens and ledgers stay valid.
 */
public final class SecretKey {
  /**
   * Security version whose keys the things that clients and hosts keep are bound to: every enclave
   * since then honours them. Raise it when an enclave of this version may have given its keys away;
   * all tokens and ledgers are void then.
   */
  private static final int KEPT_SINCE = 1;

  private final byte[] key;

  public SecretKey(byte[] key) {
    this.key = key.clone();
  }

  /** The key of that name which an upgrade keeps, and a downgrade too. */
  public static SecretKey of(Hardware hardware, String label) throws IOException {
    return of(hardware, label, KEPT_SINCE);
  }

  /**
   * The key of that name which enclaves before {@code version} cannot have.
   *
   * @throws IOException when this enclave is one of those
   */
  public static SecretKey of(Hardware hardware, String label, int version) throws IOException {
    byte[] derived = hardware.sealingKey(label.getBytes(StandardCharsets.US_ASCII), version);
    if (derived.length != Hardware.KEY_BYTES) {
      throw new IOException("the platform gave a sealing key of the wrong length");
    }
    SecretKey key = new SecretKey(derived);
    Arrays.fill(derived, (byte) 0);
    return key;
  }

  /**
   * HMAC-SHA256 of the parts, one after the other; callers use parts of fixed length.
   *
   * @leaks the lengths
   */
  public byte[] mac(byte[]... parts) {
    return HmacSha256.of(key, parts);
  }

  /**
   * The cipher for one thing that is sealed.
   *
   * @param parts of fixed length; drawn at random for every thing, so that no two share a key
   */
  public Aead aeadFor(byte[]... parts) {
    return new Aead(mac(parts));
  }

  @Override
  public String toString() {
    return "SecretKey[redacted]";
  }
}
