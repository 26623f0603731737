package org.blindbook.protocol.noise;

import java.security.SecureRandom;
import java.util.Arrays;
import org.bouncycastle.math.ec.rfc7748.X25519;

/**
 * What both sides share. The pattern of a conversation is NK with the tokens e1 and ekem1 of the
 * hybrid forward secrecy extension; {@link OneWayMessage} uses N, whose one message is that of NK.
 *
 * <pre>
 *   &lt;- s
 *   ...
 *   -&gt; e, es, e1
 *   &lt;- e, ee, ekem1
 * </pre>
 */
abstract class Handshake {
  /** Plain NK is there for the published vectors. */
  enum Pattern {
    NK_HYBRID("Noise_NKhfs_25519+MLKEM1024_ChaChaPoly_SHA256"),
    NK("Noise_NK_25519_ChaChaPoly_SHA256"),
    N("Noise_N_25519_ChaChaPoly_SHA256");

    private final String protocolName;

    Pattern(String protocolName) {
      this.protocolName = protocolName;
    }
  }

  static final int DH_BYTES = 32;

  final boolean hybrid;
  final SecureRandom random;
  final SymmetricState symmetric;
  final byte[] ephemeral = new byte[DH_BYTES];

  Handshake(Pattern pattern, byte[] prologue, byte[] responderStatic, SecureRandom random) {
    this.hybrid = pattern == Pattern.NK_HYBRID;
    this.random = random;
    this.symmetric = new SymmetricState(pattern.protocolName, prologue);
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
