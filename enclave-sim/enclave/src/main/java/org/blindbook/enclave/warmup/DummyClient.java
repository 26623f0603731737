package org.blindbook.enclave.warmup;

import java.security.SecureRandom;
import java.util.concurrent.CompletableFuture;
import org.blindbook.protocol.calls.EnclaveCalls;
import org.blindbook.protocol.calls.EnclaveCalls.Opened;
import org.blindbook.protocol.calls.EnclaveCalls.Received;
import org.blindbook.protocol.calls.SessionEnd;
import org.blindbook.protocol.message.Acknowledgement;
import org.blindbook.protocol.message.Claims;
import org.blindbook.protocol.message.MalformedMessageException;
import org.blindbook.protocol.message.TokenReply;
import org.blindbook.protocol.noise.ClientHandshake;
import org.blindbook.protocol.noise.NoiseException;
import org.blindbook.protocol.noise.Prologue;
import org.blindbook.protocol.noise.SecureChannel;
import org.jspecify.annotations.Nullable;

/** A client with an account of its own, and the host that keeps its ledger. */
final class DummyClient {
  private static final byte[] NONE = {};

  private final EnclaveCalls enclave;
  private final SecureRandom random;
  private final byte[] account = new byte[EnclaveCalls.ACCOUNT_BYTES];

  private byte[] ledger = NONE;
  private byte[] token = NONE;
  private long session;
  private @Nullable Claims claims;
  private @Nullable ClientHandshake handshake;
  private @Nullable SecureChannel channel;

  DummyClient(EnclaveCalls enclave, SecureRandom random) {
    this.enclave = enclave;
    this.random = random;
    random.nextBytes(account);
  }

  /** Opens a session; gives the first message of its channel. */
  byte[] firstMessage() throws MalformedMessageException, NoiseException {
    leave();
    Opened opened = enclave.open(account, NONE).toCompletableFuture().join();
    session = opened.session();
    claims = Claims.decode(opened.offer().claims());
    handshake = new ClientHandshake(claims.channelKey(), Prologue.of(claims), random);
    return handshake.writeMessage1();
  }

  /** Opens a session and its channel. */
  void connect() throws MalformedMessageException, NoiseException {
    byte[] answer = receive(firstMessage()).join().reply();
    channel = present(handshake).readMessage2(answer);
  }

  /** How the session takes bytes as they are. */
  SessionEnd send(byte[] message) {
    return receive(message).join().close();
  }

  byte[] sealed(byte[] plaintext) {
    return present(channel).seal(plaintext);
  }

  byte[] open(Received received) throws NoiseException {
    return present(channel).open(received.reply());
  }

  /** Asks in a new session; keeps the new ledger and the token. */
  TokenReply ask(byte[] request) throws MalformedMessageException, NoiseException {
    connect();
    Received received = receive(sealed(request)).join();
    if (received.ledger().length > 0) {
      ledger = received.ledger();
    }
    TokenReply reply = TokenReply.decode(open(received));
    if (reply.granted()) {
      token = reply.token();
    }
    return reply;
  }

  /** Asks in a new session what ends it at once. */
  SessionEnd refusal(byte[] request) throws MalformedMessageException, NoiseException {
    connect();
    return send(sealed(request));
  }

  /** Asks for the results; they wait for the table. */
  CompletableFuture<Received> acknowledge() {
    return receive(sealed(Acknowledgement.encode()));
  }

  /** Of the enclave, in the session opened last. */
  Claims claims() {
    return present(claims);
  }

  /** Of the last answer. */
  byte[] token() {
    return token;
  }

  void leave() {
    enclave.close(session);
  }

  private CompletableFuture<Received> receive(byte[] message) {
    return enclave.receive(session, message, ledger).toCompletableFuture();
  }

  private static <T> T present(@Nullable T value) {
    if (value == null) {
      throw new IllegalStateException("a dummy client speaks before it is connected");
    }
    return value;
  }
}
