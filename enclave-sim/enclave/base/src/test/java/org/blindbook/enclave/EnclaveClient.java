package org.blindbook.enclave;

import java.security.SecureRandom;
import java.util.concurrent.CompletionStage;
import java.util.function.UnaryOperator;
import org.blindbook.edge.channel.ClientHandshake;
import org.blindbook.edge.message.AcknowledgementWriter;
import org.blindbook.edge.message.ReceivedClaims;
import org.blindbook.edge.message.ReceivedTokenReply;
import org.blindbook.protocol.calls.EnclaveCalls;
import org.blindbook.protocol.calls.EnclaveCalls.Opened;
import org.blindbook.protocol.calls.EnclaveCalls.Received;
import org.blindbook.protocol.noise.NoiseException;
import org.blindbook.protocol.noise.Prologue;
import org.blindbook.protocol.noise.SecureChannel;

/** A client as small as possible, and the host that keeps its ledger. */
public final class EnclaveClient {
  private static final byte[] NONE = {};

  private final EnclaveCalls enclave;
  private final Opened opened;
  private final ReceivedClaims claims;
  private final SecureChannel channel;
  private final UnaryOperator<CompletionStage<Received>> waiting;
  private byte[] ledger;

  /** Connects, and shakes hands. */
  public EnclaveClient(EnclaveCalls enclave, byte[] account, byte[] nonce, byte[] ledger)
      throws Exception {
    this(enclave, account, nonce, ledger, stage -> stage);
  }

  /**
   * @param waiting what is to be done before an answer of the enclave can come
   */
  public EnclaveClient(
      EnclaveCalls enclave,
      byte[] account,
      byte[] nonce,
      byte[] ledger,
      UnaryOperator<CompletionStage<Received>> waiting)
      throws Exception {
    this.enclave = enclave;
    this.ledger = ledger;
    this.waiting = waiting;
    opened = enclave.open(account, nonce).toCompletableFuture().join();
    claims = ReceivedClaims.decode(opened.offer().claims().encode());
    ClientHandshake handshake =
        new ClientHandshake(claims.channelKey(), Prologue.of(claims.digest()), new SecureRandom());
    Received received = receive(handshake.writeMessage1()).toCompletableFuture().join();
    channel = handshake.readMessage2(received.reply());
  }

  private CompletionStage<Received> receive(byte[] message) {
    return waiting.apply(enclave.receive(opened.session(), message, ledger));
  }

  public Opened opened() {
    return opened;
  }

  public long session() {
    return opened.session();
  }

  public ReceivedClaims claims() {
    return claims;
  }

  /** The account's ledger as the host has it now. */
  public byte[] ledger() {
    return ledger;
  }

  public byte[] seal(byte[] plaintext) {
    return channel.seal(plaintext);
  }

  /** Sends a message; the answer comes when the enclave gives it. */
  public CompletionStage<Received> begin(byte[] plaintext) {
    return receive(seal(plaintext));
  }

  /** Sends a message, and keeps the ledger that comes back. */
  public Received send(byte[] plaintext) {
    Received received = begin(plaintext).toCompletableFuture().join();
    if (received.ledger().length > 0) {
      ledger = received.ledger();
    }
    return received;
  }

  public byte[] open(Received received) throws NoiseException {
    return channel.open(received.reply());
  }

  /** Sends a request that is answered. */
  public ReceivedTokenReply ask(byte[] request) throws Exception {
    return ReceivedTokenReply.decode(open(send(request)));
  }

  public CompletionStage<Received> beginToAcknowledge() {
    return begin(AcknowledgementWriter.encode());
  }

  public Received acknowledge() {
    return send(AcknowledgementWriter.encode());
  }

  /** Asks for nothing: a ledger or nonce that is absent. */
  public static byte[] none() {
    return NONE;
  }
}
