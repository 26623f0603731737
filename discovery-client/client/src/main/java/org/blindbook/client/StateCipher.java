package org.blindbook.client;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * Encrypts stored states with the app's key.
 *
 * <pre>
 *   0   4  "BBCE"
 *   4   1  version, {@value #VERSION}
 *   5   3  zero
 *   8  32  salt
 *  40      state, encrypted: AES-256-GCM, the 40 bytes before as associated data
 * </pre>
 *
 * Every state gets a random salt and with it a key of its own, HKDF-SHA256 of the app's key. So the
 * nonce may be constant: a key is used once, and two salts of 256 bits do not meet, however often
 * states are written, also by copies of one app. A random nonce of 96 bits would have a limit.
 */
final class StateCipher {
  static final int KEY_BYTES = 32;

  static final int VERSION = 1;
  private static final int MAGIC = 0x42424345;
  private static final int SALT_AT = 8;
  private static final int SALT_BYTES = 32;
  private static final int HEADER_BYTES = SALT_AT + SALT_BYTES;
  private static final int TAG_BITS = 128;
  private static final Derivation KEYS = new Derivation("blindbook client state v1");

  private final byte @Nullable [] key;
  private final SecureRandom random;

  /**
   * @param key {@value #KEY_BYTES} bytes; null to leave states in clear
   */
  StateCipher(byte @Nullable [] key, SecureRandom random) {
    this.key = key;
    this.random = random;
  }

  /** One that only opens states. */
  static StateCipher reading(byte @Nullable [] key) {
    return new StateCipher(key, new SecureRandom());
  }

  /**
   * @param state is overwritten when it was encrypted
   */
  byte[] seal(byte[] state) {
    if (key == null) {
      return state;
    }
    byte[] salt = new byte[SALT_BYTES];
    random.nextBytes(salt);
    byte[] header =
        ByteBuffer.allocate(HEADER_BYTES)
            .putInt(MAGIC)
            .put((byte) VERSION)
            .put(SALT_AT, salt)
            .array();
    try {
      Cipher cipher = cipher(Cipher.ENCRYPT_MODE, key, header);
      byte[] sealed = Arrays.copyOf(header, HEADER_BYTES + cipher.getOutputSize(state.length));
      cipher.doFinal(state, 0, state.length, sealed, HEADER_BYTES);
      return sealed;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java has AES-GCM", e);
    } finally {
      Arrays.fill(state, (byte) 0);
    }
  }

  /**
   * @param stored what {@link #seal} gave; or a state that was stored in clear before there was a
   *     key, if it holds nothing of blinded mode
   * @throws DiscoveryException {@link DiscoveryError#STATE_UNREADABLE}
   */
  byte[] open(byte[] stored) throws DiscoveryException {
    boolean encrypted = stored.length > HEADER_BYTES && ByteBuffer.wrap(stored).getInt() == MAGIC;
    if (key == null) {
      if (encrypted) {
        throw StateFormat.unreadable("is encrypted, and no key for it was given");
      }
      return stored.clone();
    }
    if (!encrypted) {
      if (StateFormat.isOfTruncatedMode(stored)) {
        return stored.clone();
      }
      throw StateFormat.unreadable("is not encrypted, though there is a key for it");
    }
    if (ByteBuffer.wrap(stored).getInt(4) != VERSION << 24) {
      throw StateFormat.unreadable("was written by another version of this client");
    }
    byte[] header = Arrays.copyOf(stored, HEADER_BYTES);
    try {
      return cipher(Cipher.DECRYPT_MODE, key, header)
          .doFinal(stored, HEADER_BYTES, stored.length - HEADER_BYTES);
    } catch (AEADBadTagException e) {
      throw StateFormat.unreadable("is damaged, or encrypted with another key");
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java has AES-GCM", e);
    }
  }

  private static Cipher cipher(int mode, byte[] key, byte[] header)
      throws GeneralSecurityException {
    byte[] salt = Arrays.copyOfRange(header, SALT_AT, HEADER_BYTES);
    byte[] once = KEYS.bytes(key, salt, KEY_BYTES);
    Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
    cipher.init(mode, new SecretKeySpec(once, "AES"), new GCMParameterSpec(TAG_BITS, new byte[12]));
    Arrays.fill(once, (byte) 0);
    cipher.updateAAD(header);
    return cipher;
  }
}
