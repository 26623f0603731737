package org.blindbook.protocol.noise;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.blindbook.protocol.HmacSha256;
import org.blindbook.protocol.Sha256;
import org.jspecify.annotations.Nullable;

/**
 * The chaining key and transcript hash of a handshake (Noise revision 34, section 5.2). Both sides'
 * handshakes are made of it, each in its own module.
 */
public final class SymmetricState {
  private byte[] chainingKey;
  private byte[] hash;
  private @Nullable CipherState cipher;

  /**
   * @param protocolName such as {@link Handshake#PROTOCOL_NAME}
   * @param prologue what both sides must agree on
   */
  public SymmetricState(String protocolName, byte[] prologue) {
    byte[] name = protocolName.getBytes(StandardCharsets.US_ASCII);
    hash = name.length <= Sha256.BYTES ? Arrays.copyOf(name, Sha256.BYTES) : Sha256.of(name);
    chainingKey = hash;
    mixHash(prologue);
  }

  public void mixHash(byte[] data) {
    hash = Sha256.of(hash, data);
  }

  /** Mixes in a shared secret and wipes it. */
  public void mixKey(byte[] secret) {
    byte[][] keys = hkdf(chainingKey, secret);
    wipe();
    Arrays.fill(secret, (byte) 0);
    chainingKey = keys[0];
    cipher = new CipherState(keys[1]);
  }

  public byte[] encryptAndHash(byte[] plaintext) {
    byte[] out = cipher == null ? plaintext : cipher.encrypt(plaintext, hash);
    mixHash(out);
    return out;
  }

  /**
   * @throws NoiseException unless the other side wrote it at this point of the handshake
   */
  public byte[] decryptAndHash(byte[] ciphertext) throws NoiseException {
    byte[] out = cipher == null ? ciphertext : cipher.decrypt(ciphertext, hash);
    mixHash(ciphertext);
    return out;
  }

  /**
   * The channel; the handshake is over.
   *
   * @param initiator whether this side wrote the first message
   */
  public SecureChannel split(boolean initiator) {
    byte[][] keys = hkdf(chainingKey, new byte[0]);
    CipherState fromInitiator = new CipherState(keys[0]);
    CipherState fromResponder = new CipherState(keys[1]);
    wipe();
    return initiator
        ? new SecureChannel(fromInitiator, fromResponder)
        : new SecureChannel(fromResponder, fromInitiator);
  }

  /** Ends the handshake, whatever its outcome. */
  public void wipe() {
    Arrays.fill(chainingKey, (byte) 0);
    if (cipher != null) {
      cipher.wipe();
    }
  }

  private static byte[][] hkdf(byte[] chainingKey, byte[] input) {
    byte[] temporary = HmacSha256.of(chainingKey, input);
    byte[] first = HmacSha256.of(temporary, new byte[] {1});
    byte[] second = HmacSha256.of(temporary, first, new byte[] {2});
    Arrays.fill(temporary, (byte) 0);
    return new byte[][] {first, second};
  }
}
