package org.blindbook.enclave.channel;

import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.Arrays;
import javax.crypto.KEM;
import org.blindbook.protocol.noise.Handshake;
import org.blindbook.protocol.noise.NoiseException;
import org.blindbook.protocol.noise.SecureChannel;
import org.blindbook.protocol.noise.SymmetricState;

/** The enclave's side of {@link Handshake}: one message in, one message out, then a channel. */
public final class Responder {
  /** The answer to send and the channel that it opens. */
  public record Answer(byte[] message2, SecureChannel channel) {}

  private final StaticKey key;
  private final SecureRandom random;
  private final SymmetricState symmetric;

  /**
   * @param prologue what both sides must agree on
   */
  public Responder(StaticKey key, byte[] prologue, SecureRandom random) {
    this.key = key;
    this.random = random;
    this.symmetric = new SymmetricState(Handshake.PROTOCOL_NAME, prologue);
    symmetric.mixHash(key.publicKey());
  }

  /**
   * Answers the client's first message. The handshake is over, whatever its outcome.
   *
   * @throws NoiseException unless the message was made for this key and prologue
   * @leaks whether it was
   */
  public Answer answer(byte[] message1) throws NoiseException {
    byte[] ephemeral = X25519.generatePrivateKey(random);
    try {
      if (message1.length != Handshake.MESSAGE_BYTES) {
        throw new NoiseException("a handshake message has the wrong length");
      }
      ByteBuffer in = ByteBuffer.wrap(message1);
      byte[] clientEphemeral = take(in, Handshake.DH_BYTES);
      symmetric.mixHash(clientEphemeral);
      symmetric.mixKey(X25519.agree(key.privateKey(), clientEphemeral));
      byte[] kemKey = symmetric.decryptAndHash(take(in, Handshake.KEM_BYTES + Handshake.TAG_BYTES));
      symmetric.decryptAndHash(take(in, Handshake.TAG_BYTES));

      ByteBuffer out = ByteBuffer.allocate(Handshake.MESSAGE_BYTES);
      byte[] e = X25519.publicKey(ephemeral);
      symmetric.mixHash(e);
      symmetric.mixKey(X25519.agree(ephemeral, clientEphemeral));
      KEM.Encapsulated encapsulated = MlKem.encapsulate(kemKey, random);
      out.put(e).put(symmetric.encryptAndHash(encapsulated.encapsulation()));
      symmetric.mixKey(encapsulated.key().getEncoded());
      out.put(symmetric.encryptAndHash(new byte[0]));
      return new Answer(out.array(), symmetric.split(false));
    } finally {
      Arrays.fill(ephemeral, (byte) 0);
      symmetric.wipe();
    }
  }

  private static byte[] take(ByteBuffer in, int length) {
    byte[] part = new byte[length];
    in.get(part);
    return part;
  }
}
