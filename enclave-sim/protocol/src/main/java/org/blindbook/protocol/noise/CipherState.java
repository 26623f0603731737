package org.blindbook.protocol.noise;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.blindbook.protocol.Aead;

/** A key and its nonce counter (Noise revision 34, section 5.1 and 12.3). */
final class CipherState {
  private final Aead aead;
  private long nonce;

  /**
   * @param key 32 bytes, this object's from now on
   */
  CipherState(byte[] key) {
    this.aead = new Aead(key);
  }

  byte[] encrypt(byte[] plaintext, byte[] associated) {
    return aead.seal(nextNonce(), plaintext, associated);
  }

  byte[] decrypt(byte[] ciphertext, byte[] associated) throws NoiseException {
    return aead.open(nextNonce(), ciphertext, associated)
        .orElseThrow(() -> new NoiseException("a message on the channel is not genuine"));
  }

  private byte[] nextNonce() {
    if (nonce == -1) {
      throw new IllegalStateException("the channel's nonces are used up");
    }
    return ByteBuffer.allocate(Aead.NONCE_BYTES)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(4, nonce++)
        .array();
  }

  void wipe() {
    aead.wipe();
    nonce = -1;
  }
}
