package org.blindbook.auditor.trace.scenario;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.blindbook.edge.channel.ClientHandshake;
import org.blindbook.edge.message.AcknowledgementWriter;
import org.blindbook.edge.message.ReceivedClaims;
import org.blindbook.edge.message.ReceivedOffer;
import org.blindbook.edge.message.ReceivedResults;
import org.blindbook.edge.message.ReceivedTokenReply;
import org.blindbook.edge.message.ReceivedTokenReply.Outcome;
import org.blindbook.protocol.calls.EnclaveCalls;
import org.blindbook.protocol.calls.EnclaveCalls.Opened;
import org.blindbook.protocol.calls.EnclaveCalls.Received;
import org.blindbook.protocol.calls.SessionEnd;
import org.blindbook.protocol.noise.Prologue;
import org.blindbook.protocol.noise.SecureChannel;
import org.jspecify.annotations.Nullable;

/** One session of one account. */
final class Client {
  private static final byte[] NONE = {};

  private final Stage<?> stage;
  private final Opened opened;
  private final ClientHandshake handshake;
  private @Nullable SecureChannel channel;

  private Client(Stage<?> stage, Opened opened, ClientHandshake handshake) {
    this.stage = stage;
    this.opened = opened;
    this.handshake = handshake;
  }

  /** Connects and shakes hands. */
  Client(Stage<?> stage, int account) throws Exception {
    this(connect(stage, account));
    shakeHands();
  }

  private Client(Client connected) {
    this(connected.stage, connected.opened, connected.handshake);
  }

  /** Opens a session and takes its time before it {@link #shakeHands shakes hands}. */
  static Client connect(Stage<?> stage, int account) throws Exception {
    byte[] pseudonym = new byte[EnclaveCalls.ACCOUNT_BYTES];
    pseudonym[0] = (byte) account;
    Opened opened = stage.call(HostCall.named("open"), enclave -> enclave.open(pseudonym, NONE));
    ReceivedClaims claims =
        ReceivedClaims.decode(ReceivedOffer.decode(opened.offer().encode()).claims());
    return new Client(
        stage,
        opened,
        new ClientHandshake(
            claims.channelKey(), Prologue.of(claims.digest()), stage.clientRandom()));
  }

  /** Sends the first message, and opens the channel with the answer. */
  void shakeHands() throws Exception {
    channel = handshake.readMessage2(sendHandshake().reply());
  }

  /** As {@link #shakeHands}, with a key that the enclave has wiped: there is no channel. */
  Received sendHandshake() throws Exception {
    byte[] message1 = handshake.writeMessage1();
    return send(HostCall.HANDSHAKE, message1, NONE);
  }

  /**
   * What a request led to.
   *
   * @param ledger the account's new one
   */
  record Answered(ReceivedTokenReply reply, byte[] ledger) {}

  /** Sends a request that the enclave grants or not, which it says inside the channel. */
  Answered request(byte[] request, byte[] ledger) throws Exception {
    return answered(send("request", seal(request), ledger));
  }

  /** Opens the answer to a request. */
  Answered answered(Received answer) throws Exception {
    if (answer.reply().length == 0) {
      throw new IllegalStateException("the enclave ended a session: " + answer.close());
    }
    return new Answered(ReceivedTokenReply.decode(open(answer)), answer.ledger());
  }

  /** A session whose request the enclave is to reject. */
  static void reject(Stage<?> stage, int account, byte[] request, SessionEnd reason)
      throws Exception {
    Client client = new Client(stage, account);
    client.rejectedRequest(client.seal(request), reason);
    client.leave();
  }

  /** Sends a request that the enclave is to reject. */
  void rejectedRequest(byte[] sealed, SessionEnd reason) {
    Received answer = send("request", sealed, NONE);
    if (answer.close() != reason) {
      throw new IllegalStateException("the enclave did not answer " + reason);
    }
  }

  byte[] seal(byte[] request) {
    return channel().seal(request);
  }

  byte[] open(Received received) throws Exception {
    return channel().open(received.reply());
  }

  private SecureChannel channel() {
    if (channel == null) {
      throw new IllegalStateException("hands were not shaken");
    }
    return channel;
  }

  /** Hands any message to the session, and waits for the answer. */
  Received send(String name, byte[] sealed, byte[] ledger) {
    CompletableFuture<Received> answer = begin(name, sealed, ledger);
    stage.pass();
    return answer.join();
  }

  /** Hands any message to the session. */
  CompletableFuture<Received> begin(String name, byte[] sealed, byte[] ledger) {
    return stage.begin(
        new HostCall(name, opened.session(), sealed.length, ledger.length),
        enclave -> enclave.receive(opened.session(), sealed, ledger));
  }

  /** Acknowledges the token; the results come with the next pass. */
  CompletableFuture<Received> acknowledge() {
    return begin("acknowledgement", seal(AcknowledgementWriter.encode()), NONE);
  }

  /** Opens the results, compares them with what is registered, and ends the session. */
  void finish(Received received, List<Key> asked, List<Key> registered, int capacity)
      throws Exception {
    ReceivedResults results = ReceivedResults.decode(open(received), capacity);
    for (int i = 0; i < capacity; i++) {
      boolean expected = i < asked.size() && registered.contains(asked.get(i));
      if (results.account(i).isPresent() != expected) {
        throw new IllegalStateException("the enclave gave a wrong result");
      }
    }
    leave();
  }

  /** Takes whatever answer there is, and ends the session. */
  void finish(Received received) throws Exception {
    open(received);
    leave();
  }

  /**
   * A whole session, whatever becomes of the request.
   *
   * @param outcome that the enclave is to decide on
   * @return the account's new ledger
   */
  static byte[] session(Stage<?> stage, int account, byte[] request, byte[] ledger, Outcome outcome)
      throws Exception {
    Client client = new Client(stage, account);
    Answered answered = client.request(request, ledger);
    if (answered.reply().outcome() != outcome) {
      throw new IllegalStateException("the enclave decided otherwise than the scenario expects");
    }
    CompletableFuture<Received> result = client.acknowledge();
    stage.pass();
    client.finish(result.join());
    return answered.ledger();
  }

  /** Ends the session. */
  void leave() {
    close();
    stage.pass();
  }

  /** Ends the session; what waits goes on waiting. */
  void close() {
    stage.begin(
        new HostCall("close", opened.session(), 0, 0), enclave -> enclave.close(opened.session()));
  }
}
