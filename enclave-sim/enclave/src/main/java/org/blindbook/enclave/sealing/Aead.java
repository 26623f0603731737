package org.blindbook.enclave.sealing;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Optional;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * AES-256-GCM for data that the host keeps. With {@link #seal} nonces are random: one key may seal
 * 2^32 times (NIST SP 800-38D, section 8.3), which is why every account has a key of its own.
 */
public final class Aead {
  public static final int NONCE_BYTES = 12;
  public static final int TAG_BYTES = 16;

  private final SecretKeySpec key;

  Aead(byte[] key) {
    this.key = new SecretKeySpec(key, "AES");
    Arrays.fill(key, (byte) 0);
  }

  /** Nonce, ciphertext and tag. */
  public byte[] seal(byte[] plaintext, byte[] associated, SecureRandom random) {
    byte[] nonce = new byte[NONCE_BYTES];
    random.nextBytes(nonce);
    return seal(nonce, plaintext, associated);
  }

  /** Seals under a counter; the caller never repeats one under this key. */
  public byte[] seal(long counter, byte[] plaintext, byte[] associated) {
    return seal(
        ByteBuffer.allocate(NONCE_BYTES).putInt(0).putLong(counter).array(), plaintext, associated);
  }

  private byte[] seal(byte[] nonce, byte[] plaintext, byte[] associated) {
    byte[] sealed = Arrays.copyOf(nonce, NONCE_BYTES + plaintext.length + TAG_BYTES);
    try {
      cipher(Cipher.ENCRYPT_MODE, nonce, associated)
          .doFinal(plaintext, 0, plaintext.length, sealed, NONCE_BYTES);
      return sealed;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("sealing failed", e);
    }
  }

  /** What was sealed, or empty when these bytes were not sealed under this key and association. */
  public Optional<byte[]> open(byte[] sealed, byte[] associated) {
    if (sealed.length < NONCE_BYTES + TAG_BYTES) {
      return Optional.empty();
    }
    try {
      byte[] nonce = Arrays.copyOf(sealed, NONCE_BYTES);
      return Optional.of(
          cipher(Cipher.DECRYPT_MODE, nonce, associated)
              .doFinal(sealed, NONCE_BYTES, sealed.length - NONCE_BYTES));
    } catch (AEADBadTagException e) {
      return Optional.empty();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("unsealing failed", e);
    }
  }

  private Cipher cipher(int mode, byte[] nonce, byte[] associated) throws GeneralSecurityException {
    Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
    cipher.init(mode, key, new GCMParameterSpec(TAG_BYTES * 8, nonce));
    cipher.updateAAD(associated);
    return cipher;
  }
}
