package org.blindbook.protocol.noise;

import java.security.SecureRandom;
import java.util.Arrays;
import org.blindbook.protocol.noise.Handshake.Pattern;

/**
 * One message to the holder of a channel key, who need not answer: pattern N of Noise (revision 34,
 * section 7.4), a handshake of {@value #HANDSHAKE_BYTES} bytes and the message sealed as in {@link
 * SecureChannel}. Whoever learns the key later can open it: there is no forward secrecy until the
 * key is wiped, and it is not hybrid, because the receiver contributes nothing.
 */
public final class OneWayMessage {
  /** An ephemeral key, and the tag of an empty payload. */
  private static final int HANDSHAKE_BYTES = Handshake.DH_BYTES + CipherState.TAG_BYTES;

  private OneWayMessage() {}

  /** Length on the wire of a message of this many bytes. */
  public static int sealedLength(int plaintext) {
    return HANDSHAKE_BYTES + SecureChannel.sealedLength(plaintext);
  }

  /**
   * @param recipient an X25519 key, 32 bytes
   * @param prologue what both sides must agree on
   * @throws NoiseException when the key is of small order
   */
  public static byte[] seal(
      byte[] recipient, byte[] prologue, byte[] plaintext, SecureRandom random)
      throws NoiseException {
    ClientHandshake handshake = new ClientHandshake(Pattern.N, recipient, prologue, random);
    byte[] first = handshake.writeMessage1();
    SecureChannel channel = handshake.split();
    byte[] sealed = channel.seal(plaintext);
    channel.wipe();
    return Handshake.concat(first, sealed);
  }

  /**
   * @throws NoiseException unless the message was made for this recipient and prologue
   * @leaks the message's length, and whether it is genuine
   */
  public static byte[] open(
      StaticKey recipient, byte[] prologue, byte[] sealed, SecureRandom random)
      throws NoiseException {
    if (sealed.length < sealedLength(0)) {
      throw new NoiseException("a sealed message is cut short");
    }
    ServerHandshake handshake = new ServerHandshake(Pattern.N, recipient, prologue, random);
    try {
      handshake.readMessage1(Arrays.copyOf(sealed, HANDSHAKE_BYTES));
      SecureChannel channel = handshake.split();
      try {
        return channel.open(Arrays.copyOfRange(sealed, HANDSHAKE_BYTES, sealed.length));
      } finally {
        channel.wipe();
      }
    } finally {
      handshake.wipe();
    }
  }
}
