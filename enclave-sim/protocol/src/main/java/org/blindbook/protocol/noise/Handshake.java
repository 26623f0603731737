package org.blindbook.protocol.noise;

import java.security.SecureRandom;
import java.util.Arrays;
import org.bouncycastle.math.ec.rfc7748.X25519;

/**
 * What both sides of the NK pattern share. {@code hybrid} adds the tokens e1 and ekem1 of the
 * hybrid forward secrecy extension; without it the pattern is plain NK, which the published vectors
 * cover.
 *
 * <pre>
 *   &lt;- s
 *   ...
 *   -&gt; e, es, e1
 *   &lt;- e, ee, ekem1
 * </pre>
 */
abstract class Handshake {
  static final String HYBRID = "Noise_NKhfs_25519+MLKEM1024_ChaChaPoly_SHA256";
  static final String PLAIN = "Noise_NK_25519_ChaChaPoly_SHA256";
  static final int DH_BYTES = 32;

  final boolean hybrid;
  final SecureRandom random;
  final SymmetricState symmetric;
  final byte[] ephemeral = new byte[DH_BYTES];

  Handshake(boolean hybrid, byte[] prologue, byte[] responderStatic, SecureRandom random) {
    this.hybrid = hybrid;
    this.random = random;
    this.symmetric = new SymmetricState(hybrid ? HYBRID : PLAIN, prologue);
    symmetric.mixHash(responderStatic);
    X25519.generatePrivateKey(random, ephemeral);
  }

  static byte[] publicKey(byte[] privateKey) {
    byte[] publicKey = new byte[DH_BYTES];
    X25519.generatePublicKey(privateKey, 0, publicKey, 0);
    return publicKey;
  }

  /** Mixes in X25519 of the two keys; a public key of small order is refused. */
  void mixAgreement(byte[] privateKey, byte[] publicKey) throws NoiseException {
    byte[] shared = new byte[DH_BYTES];
    if (!X25519.calculateAgreement(privateKey, 0, publicKey, 0, shared, 0)) {
      throw new NoiseException("the other side's key is of small order");
    }
    symmetric.mixKey(shared);
  }

  /** Ends the handshake, whatever its outcome. */
  void wipe() {
    Arrays.fill(ephemeral, (byte) 0);
    symmetric.wipe();
  }

  /** Cuts a received message into its parts, in order. */
  static final class Cursor {
    private final byte[] message;
    private int at;

    Cursor(byte[] message) {
      this.message = message;
    }

    byte[] take(int length) throws NoiseException {
      if (length > message.length - at) {
        throw new NoiseException("a handshake message is cut short");
      }
      at += length;
      return Arrays.copyOfRange(message, at - length, at);
    }

    byte[] rest() {
      return Arrays.copyOfRange(message, at, message.length);
    }
  }

  static byte[] concat(byte[]... parts) {
    int length = 0;
    for (byte[] part : parts) {
      length += part.length;
    }
    byte[] joined = new byte[length];
    int at = 0;
    for (byte[] part : parts) {
      System.arraycopy(part, 0, joined, at, part.length);
      at += part.length;
    }
    return joined;
  }
}
