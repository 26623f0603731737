package org.blindbook.edge.channel;

import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.Arrays;
import org.blindbook.protocol.noise.Handshake;
import org.blindbook.protocol.noise.NoiseException;
import org.blindbook.protocol.noise.SecureChannel;
import org.blindbook.protocol.noise.SymmetricState;
import org.bouncycastle.math.ec.rfc7748.X25519;

/** The client's side of {@link Handshake}: one message out, one message in, then a channel. */
public final class ClientHandshake {
  private final byte[] serverStatic;
  private final SymmetricState symmetric;
  private final byte[] ephemeral = new byte[Handshake.DH_BYTES];
  private final KemKeyPair kem;

  /**
   * @param serverStatic the X25519 key from the attested claims, 32 bytes
   * @param prologue what both sides must agree on; see {@link
   *     org.blindbook.protocol.noise.Prologue}
   */
  public ClientHandshake(byte[] serverStatic, byte[] prologue, SecureRandom random) {
    this.serverStatic = serverStatic.clone();
    this.symmetric = new SymmetricState(Handshake.PROTOCOL_NAME, prologue);
    symmetric.mixHash(serverStatic);
    X25519.generatePrivateKey(random, ephemeral);
    this.kem = new KemKeyPair(random);
  }

  /**
   * The first message, {@value Handshake#MESSAGE_BYTES} bytes.
   *
   * @throws NoiseException when the server's key is of small order
   */
  public byte[] writeMessage1() throws NoiseException {
    byte[] e = new byte[Handshake.DH_BYTES];
    X25519.generatePublicKey(ephemeral, 0, e, 0);
    symmetric.mixHash(e);
    mixAgreement(serverStatic);
    return ByteBuffer.allocate(Handshake.MESSAGE_BYTES)
        .put(e)
        .put(symmetric.encryptAndHash(kem.publicKey()))
        .put(symmetric.encryptAndHash(new byte[0]))
        .array();
  }

  /**
   * The channel, from the server's answer. The handshake is over, whatever its outcome.
   *
   * @throws NoiseException unless the answer comes from the holder of the server's key
   */
  public SecureChannel readMessage2(byte[] message) throws NoiseException {
    try {
      if (message.length != Handshake.MESSAGE_BYTES) {
        throw new NoiseException("a handshake message has the wrong length");
      }
      ByteBuffer in = ByteBuffer.wrap(message);
      byte[] serverEphemeral = take(in, Handshake.DH_BYTES);
      symmetric.mixHash(serverEphemeral);
      mixAgreement(serverEphemeral);
      byte[] ciphertext =
          symmetric.decryptAndHash(take(in, Handshake.KEM_BYTES + Handshake.TAG_BYTES));
      symmetric.mixKey(kem.decapsulate(ciphertext));
      symmetric.decryptAndHash(take(in, Handshake.TAG_BYTES));
      return symmetric.split(true);
    } finally {
      Arrays.fill(ephemeral, (byte) 0);
      symmetric.wipe();
    }
  }

  /** Mixes in X25519 with the other side's key; one of small order is refused. */
  private void mixAgreement(byte[] publicKey) throws NoiseException {
    byte[] shared = new byte[Handshake.DH_BYTES];
    if (!X25519.calculateAgreement(ephemeral, 0, publicKey, 0, shared, 0)) {
      throw new NoiseException("the other side's key is of small order");
    }
    symmetric.mixKey(shared);
  }

  private static byte[] take(ByteBuffer in, int length) {
    byte[] part = new byte[length];
    in.get(part);
    return part;
  }
}
