package org.blindbook.protocol.noise;

import java.security.SecureRandom;

/** The enclave's side: one message in, one message out, then a channel. */
public final class ServerHandshake extends Handshake {
  /** The answer to send and the channel that it opens. */
  public record Answer(byte[] message2, SecureChannel channel) {}

  /** What the first message carried besides the client's ephemeral key. */
  record Message1(byte[] kemKey, byte[] payload) {}

  private final StaticKey staticKey;
  private byte[] clientEphemeral = new byte[0];

  /**
   * @param prologue what both sides must agree on; see {@link Prologue}
   */
  public ServerHandshake(StaticKey staticKey, byte[] prologue, SecureRandom random) {
    this(Pattern.NK_HYBRID, staticKey, prologue, random);
  }

  ServerHandshake(Pattern pattern, StaticKey staticKey, byte[] prologue, SecureRandom random) {
    super(pattern, prologue, staticKey.publicKey(), random);
    this.staticKey = staticKey;
  }

  /**
   * Answers the client's first message. The handshake is over, whatever its outcome.
   *
   * @throws NoiseException unless the message was made for this server and prologue
   */
  public Answer answer(byte[] message1) throws NoiseException {
    try {
      if (message1.length != ClientHandshake.MESSAGE_BYTES) {
        throw new NoiseException("a handshake message has the wrong length");
      }
      byte[] kemKey = readMessage1(message1).kemKey;
      byte[] message2 = writeMessage2(kemKey, new byte[0]);
      return new Answer(message2, split());
    } finally {
      wipe();
    }
  }

  Message1 readMessage1(byte[] message) throws NoiseException {
    Cursor in = new Cursor(message);
    clientEphemeral = in.take(DH_BYTES);
    symmetric.mixHash(clientEphemeral);
    mixAgreement(staticKey.privateKey(), clientEphemeral);
    byte[] kemKey = new byte[0];
    if (hybrid) {
      kemKey = symmetric.decryptAndHash(in.take(symmetric.encryptedLength(MlKem.PUBLIC_KEY_BYTES)));
    }
    return new Message1(kemKey, symmetric.decryptAndHash(in.rest()));
  }

  byte[] writeMessage2(byte[] kemKey, byte[] payload) throws NoiseException {
    byte[] e = publicKey(ephemeral);
    symmetric.mixHash(e);
    mixAgreement(ephemeral, clientEphemeral);
    byte[] ekem1 = new byte[0];
    if (hybrid) {
      MlKem.Encapsulated encapsulated = MlKem.encapsulate(kemKey, random);
      ekem1 = symmetric.encryptAndHash(encapsulated.ciphertext());
      symmetric.mixKey(encapsulated.secret());
    }
    return concat(e, ekem1, symmetric.encryptAndHash(payload));
  }

  SecureChannel split() {
    CipherState[] ciphers = symmetric.split();
    return new SecureChannel(ciphers[1], ciphers[0]);
  }
}
