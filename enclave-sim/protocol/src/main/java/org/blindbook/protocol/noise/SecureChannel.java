package org.blindbook.protocol.noise;

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

  private static final int MAX_PIECE_PLAINTEXT = MAX_PIECE - CipherState.TAG_BYTES;
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
    return plaintext + pieces * CipherState.TAG_BYTES;
  }

  public byte[] seal(byte[] plaintext) {
    byte[] sealed = new byte[sealedLength(plaintext.length)];
    int from = 0;
    int to = 0;
    do {
      int length = Math.min(MAX_PIECE_PLAINTEXT, plaintext.length - from);
      sending.encrypt(NO_ASSOCIATED_DATA, plaintext, from, length, sealed, to);
      from += length;
      to += length + CipherState.TAG_BYTES;
    } while (from < plaintext.length);
    return sealed;
  }

  /**
   * @throws NoiseException unless the bytes are the other side's next message; the channel is then
   *     closed
   */
  public byte[] open(byte[] sealed) throws NoiseException {
    int pieces = Math.max(1, (sealed.length + MAX_PIECE - 1) / MAX_PIECE);
    byte[] plaintext = new byte[Math.max(0, sealed.length - pieces * CipherState.TAG_BYTES)];
    int from = 0;
    int to = 0;
    try {
      do {
        int length = Math.min(MAX_PIECE, sealed.length - from);
        receiving.decrypt(NO_ASSOCIATED_DATA, sealed, from, length, plaintext, to);
        from += length;
        to += length - CipherState.TAG_BYTES;
      } while (from < sealed.length);
    } catch (NoiseException e) {
      wipe();
      throw e;
    }
    return plaintext;
  }

  /** Ends the channel. */
  public void wipe() {
    sending.wipe();
    receiving.wipe();
  }
}
