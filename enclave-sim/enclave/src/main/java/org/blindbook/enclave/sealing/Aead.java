package org.blindbook.enclave.sealing;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.Optional;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * ChaCha20-Poly1305 (RFC 8439) for data that the host keeps. The nonce is a message's number: every
 * key belongs to one ledger or one snapshot, made from fresh randomness ({@link
 * SecretKey#aeadFor}), and no number is used for two messages of it.
 */
public final class Aead {
  public static final int TAG_BYTES = 16;

  private static final int NONCE_BYTES = 12;

  private final SecretKeySpec key;

  Aead(byte[] key) {
    this.key = new SecretKeySpec(key, "ChaCha20");
    Arrays.fill(key, (byte) 0);
  }

  /** Ciphertext and tag. The caller never seals two messages under one number. */
  public byte[] seal(int number, byte[] plaintext, byte[] associated) {
    byte[] sealed = new byte[plaintext.length + TAG_BYTES];
    try {
      cipher(Cipher.ENCRYPT_MODE, number, associated)
          .doFinal(plaintext, 0, plaintext.length, sealed, 0);
      return sealed;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("sealing failed", e);
    }
  }

  /** What was sealed, or empty when these bytes are not that message with that association. */
  public Optional<byte[]> open(int number, byte[] sealed, byte[] associated) {
    if (sealed.length < TAG_BYTES) {
      return Optional.empty();
    }
    try {
      return Optional.of(
          cipher(Cipher.DECRYPT_MODE, number, associated).doFinal(sealed, 0, sealed.length));
    } catch (AEADBadTagException e) {
      return Optional.empty();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("unsealing failed", e);
    }
  }

  private Cipher cipher(int mode, int number, byte[] associated) throws GeneralSecurityException {
    byte[] nonce = ByteBuffer.allocate(NONCE_BYTES).putInt(number).array();
    Cipher cipher = Cipher.getInstance("ChaCha20-Poly1305");
    cipher.init(mode, key, new IvParameterSpec(nonce));
    cipher.updateAAD(associated);
    return cipher;
  }
}
