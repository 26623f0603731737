package org.blindbook.enclave.sealing;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.blindbook.protocol.hardware.Hardware;

/**
 * A key that this enclave, and later versions of it by the same signer, can derive again on this
 * platform. It outlives a restart, so tokens and ledgers stay valid.
 */
public final class SecretKey {
  private final byte[] key;

  public SecretKey(byte[] key) {
    this.key = key.clone();
  }

  /** The enclave's key of that name. */
  public static SecretKey of(Hardware hardware, String label) throws IOException {
    byte[] derived = hardware.sealingKey(label.getBytes(StandardCharsets.US_ASCII));
    if (derived.length != Hardware.KEY_BYTES) {
      throw new IOException("the platform gave a sealing key of the wrong length");
    }
    SecretKey key = new SecretKey(derived);
    Arrays.fill(derived, (byte) 0);
    return key;
  }

  /** HMAC-SHA256 of the parts, one after the other; callers use parts of fixed length. */
  public byte[] mac(byte[]... parts) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key, "HmacSHA256"));
      for (byte[] part : parts) {
        mac.update(part);
      }
      return mac.doFinal();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java runtime has no HMAC-SHA256", e);
    }
  }

  /**
   * The key for one thing that is sealed.
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
