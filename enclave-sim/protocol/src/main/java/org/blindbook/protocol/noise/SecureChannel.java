package org.blindbook.protocol.noise;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.blindbook.protocol.Aead;

/**
 * An open channel. A message of any length travels as Noise transport messages of at most {@value
 * #MAX_PIECE} bytes, one after the other; its length on the wire depends on its own length only. A
 * lost, repeated, reordered or changed piece fails authentication, because each carries the next
 * nonce.
 *
 * <p>Not thread-safe.
 */
public final class SecureChannel {
  static final int MAX_PIECE = 65_535;

  private static final int MAX_PIECE_PLAINTEXT = MAX_PIECE - Aead.TAG_BYTES;
  private static final byte[] NO_ASSOCIATED_DATA = {};

  private final CipherState sending;
  private final CipherState receiving;

  SecureChannel(CipherState sending, CipherState receiving) {
    this.sending = sending;
    this.receiving = receiving;
  }

  /** Length on the wire of a message of this many bytes. */
  public static int sealedLength(int plaintext) {
    int pieces = Math.max(1, (plaintext + MAX_PIECE_PLAINTEXT - 1) / MAX_PIECE_PLAINTEXT);
    return plaintext + pieces * Aead.TAG_BYTES;
  }

  public byte[] seal(byte[] plaintext) {
    ByteBuffer in = ByteBuffer.wrap(plaintext);
    ByteBuffer sealed = ByteBuffer.allocate(sealedLength(plaintext.length));
    do {
      byte[] piece = next(in, MAX_PIECE_PLAINTEXT);
      sealed.put(sending.encrypt(piece, NO_ASSOCIATED_DATA));
      Arrays.fill(piece, (byte) 0);
    } while (in.hasRemaining());
    return sealed.array();
  }

  /**
   * @throws NoiseException unless the bytes are the other side's next message; the channel is then
   *     closed
   */
  public byte[] open(byte[] sealed) throws NoiseException {
    int pieces = Math.max(1, (sealed.length + MAX_PIECE - 1) / MAX_PIECE);
    ByteBuffer in = ByteBuffer.wrap(sealed);
    ByteBuffer plaintext =
        ByteBuffer.allocate(Math.max(0, sealed.length - pieces * Aead.TAG_BYTES));
    try {
      do {
        byte[] piece = receiving.decrypt(next(in, MAX_PIECE), NO_ASSOCIATED_DATA);
        plaintext.put(piece);
        Arrays.fill(piece, (byte) 0);
      } while (in.hasRemaining());
    } catch (NoiseException e) {
      wipe();
      throw e;
    }
    return plaintext.array();
  }

  private static byte[] next(ByteBuffer in, int most) {
    byte[] piece = new byte[Math.min(most, in.remaining())];
    in.get(piece);
    return piece;
  }

  /** Ends the channel. */
  public void wipe() {
    sending.wipe();
    receiving.wipe();
  }
}
