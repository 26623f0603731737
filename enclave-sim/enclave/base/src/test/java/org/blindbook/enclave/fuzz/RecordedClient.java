package org.blindbook.enclave.fuzz;

import java.lang.reflect.Field;
import java.security.SecureRandom;
import org.blindbook.edge.channel.ClientHandshake;
import org.blindbook.edge.message.AcknowledgementWriter;
import org.blindbook.edge.message.ReceivedClaims;
import org.blindbook.protocol.calls.EnclaveCalls;
import org.blindbook.protocol.calls.EnclaveCalls.Opened;
import org.blindbook.protocol.noise.Prologue;
import org.blindbook.protocol.noise.SecureChannel;

/**
 * A client that shook hands once, and whose messages are genuine in every session of the same
 * claims, as long as the enclave's randomness is repeated. That spares most of the time that a
 * conversation takes.
 */
public final class RecordedClient {
  private static final byte[] NONE = {};

  private final byte[] claimsDigest;
  private final byte[] handshake;
  private final SecureChannel channel;
  private final byte[] acknowledgement;

  private RecordedClient(byte[] claimsDigest, byte[] handshake, SecureChannel channel) {
    this.claimsDigest = claimsDigest;
    this.handshake = handshake;
    this.channel = channel;
    this.acknowledgement = acknowledgement(AcknowledgementWriter.encode());
  }

  /** Shakes hands in a session of its own, which it closes. */
  public static RecordedClient of(EnclaveCalls enclave, RepeatableRandom random) throws Exception {
    Opened opened = enclave.open(new byte[32], NONE).toCompletableFuture().join();
    ReceivedClaims claims = ReceivedClaims.decode(opened.offer().claims().encode());
    ClientHandshake client =
        new ClientHandshake(claims.channelKey(), Prologue.of(claims.digest()), new SecureRandom());
    byte[] handshake = client.writeMessage1();
    byte[] answer =
        random
            .repeating(() -> enclave.receive(opened.session(), handshake, NONE))
            .toCompletableFuture()
            .join()
            .reply();
    enclave.close(opened.session());
    return new RecordedClient(claims.digest(), handshake, client.readMessage2(answer));
  }

  /** Of the claims in whose sessions the messages are genuine. */
  public byte[] claimsDigest() {
    return claimsDigest;
  }

  public byte[] handshake() {
    return handshake;
  }

  /** Sealed as the message after the handshake. */
  public byte[] request(byte[] plaintext) {
    return sealed(0, plaintext);
  }

  public byte[] acknowledgement() {
    return acknowledgement;
  }

  /** Sealed as the message after a request of one piece. */
  public byte[] acknowledgement(byte[] plaintext) {
    return sealed(1, plaintext);
  }

  private byte[] sealed(long nonce, byte[] plaintext) {
    try {
      Field sending = SecureChannel.class.getDeclaredField("sending");
      sending.setAccessible(true);
      Object cipher = sending.get(channel);
      Field counter = cipher.getClass().getDeclaredField("nonce");
      counter.setAccessible(true);
      counter.setLong(cipher, nonce);
    } catch (ReflectiveOperationException e) {
      throw new AssertionError("the channel counts in another way", e);
    }
    return channel.seal(plaintext);
  }
}
