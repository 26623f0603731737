package org.blindbook.protocol.noise;

import java.security.SecureRandom;
import org.jspecify.annotations.Nullable;

/** The client's side: one message out, one message in, then a channel. */
public final class ClientHandshake extends Handshake {
  /** Length of both handshake messages. */
  public static final int MESSAGE_BYTES = 1632;

  private final byte[] serverStatic;
  private final MlKem.@Nullable KeyPair kem;

  /**
   * @param serverStatic the X25519 key from the attested claims, 32 bytes
   * @param prologue what both sides must agree on; see {@link Prologue}
   */
  public ClientHandshake(byte[] serverStatic, byte[] prologue, SecureRandom random) {
    this(Pattern.NK_HYBRID, serverStatic, prologue, random);
  }

  ClientHandshake(Pattern pattern, byte[] serverStatic, byte[] prologue, SecureRandom random) {
    super(pattern, prologue, serverStatic, random);
    this.serverStatic = serverStatic.clone();
    this.kem = hybrid ? new MlKem.KeyPair(random) : null;
  }

  /**
   * The first message, {@value #MESSAGE_BYTES} bytes.
   *
   * @throws NoiseException when the server's key is of small order
   */
  public byte[] writeMessage1() throws NoiseException {
    return writeMessage1(new byte[0]);
  }

  byte[] writeMessage1(byte[] payload) throws NoiseException {
    byte[] e = publicKey(ephemeral);
    symmetric.mixHash(e);
    mixAgreement(ephemeral, serverStatic);
    byte[] e1 = kem == null ? new byte[0] : symmetric.encryptAndHash(kem.publicKey());
    return concat(e, e1, symmetric.encryptAndHash(payload));
  }

  /**
   * The channel, from the server's answer. The handshake is over, whatever its outcome.
   *
   * @throws NoiseException unless the answer comes from the holder of the server's key
   */
  public SecureChannel readMessage2(byte[] message) throws NoiseException {
    byte[] payload = readMessage2Payload(message);
    if (payload.length != 0) {
      wipe();
      throw new NoiseException("a handshake message carries a payload");
    }
    return split();
  }

  byte[] readMessage2Payload(byte[] message) throws NoiseException {
    try {
      Cursor in = new Cursor(message);
      byte[] serverEphemeral = in.take(DH_BYTES);
      symmetric.mixHash(serverEphemeral);
      mixAgreement(ephemeral, serverEphemeral);
      if (kem != null) {
        byte[] ciphertext = in.take(symmetric.encryptedLength(MlKem.CIPHERTEXT_BYTES));
        symmetric.mixKey(kem.decapsulate(symmetric.decryptAndHash(ciphertext)));
      }
      return symmetric.decryptAndHash(in.rest());
    } catch (NoiseException e) {
      wipe();
      throw e;
    }
  }

  SecureChannel split() {
    CipherState[] ciphers = symmetric.split();
    wipe();
    return new SecureChannel(ciphers[0], ciphers[1]);
  }
}
