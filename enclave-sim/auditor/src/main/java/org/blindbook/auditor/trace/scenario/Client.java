package org.blindbook.auditor.trace.scenario;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.blindbook.edge.channel.ClientHandshake;
import org.blindbook.edge.message.AcknowledgementWriter;
import org.blindbook.edge.message.ReceivedClaims;
import org.blindbook.edge.message.ReceivedOffer;
import org.blindbook.edge.message.ReceivedResults;
import org.blindbook.edge.message.ReceivedTokenReply;
import org.blindbook.protocol.calls.EnclaveCalls;
import org.blindbook.protocol.calls.EnclaveCalls.Opened;
import org.blindbook.protocol.calls.EnclaveCalls.Received;
import org.blindbook.protocol.calls.SessionEnd;
import org.blindbook.protocol.noise.Prologue;
import org.blindbook.protocol.noise.SecureChannel;

/** One session of one account. */
final class Client {
  private static final byte[] NONE = {};

  private final Stage<?> stage;
  private final Opened opened;
  private final SecureChannel channel;

  /** Connects and shakes hands. */
  Client(Stage<?> stage, int account) throws Exception {
    this.stage = stage;
    byte[] pseudonym = new byte[EnclaveCalls.ACCOUNT_BYTES];
    pseudonym[0] = (byte) account;
    this.opened = stage.call(enclave -> enclave.open(pseudonym, NONE));
    ReceivedClaims claims =
        ReceivedClaims.decode(ReceivedOffer.decode(opened.offer().encode()).claims());
    ClientHandshake handshake =
        new ClientHandshake(
            claims.channelKey(), Prologue.of(claims.digest()), stage.clientRandom());
    byte[] message1 = handshake.writeMessage1();
    Received answer = stage.call(enclave -> enclave.receive(opened.session(), message1, NONE));
    this.channel = handshake.readMessage2(answer.reply());
  }

  /**
   * What a request led to.
   *
   * @param ledger the account's new one
   */
  record Answered(ReceivedTokenReply reply, byte[] ledger) {}

  /** Sends a request that the enclave accepts or refuses inside the channel. */
  Answered request(byte[] request, byte[] ledger) throws Exception {
    Received answer = send(channel.seal(request), ledger);
    if (answer.reply().length == 0) {
      throw new IllegalStateException("the enclave ended a session: " + answer.close());
    }
    return new Answered(ReceivedTokenReply.decode(channel.open(answer.reply())), answer.ledger());
  }

  /** Sends a request that the enclave is to reject. */
  void rejectedRequest(byte[] sealed, SessionEnd reason) {
    Received answer = send(sealed, NONE);
    if (answer.close() != reason) {
      throw new IllegalStateException("the enclave did not answer " + reason);
    }
  }

  byte[] seal(byte[] request) {
    return channel.seal(request);
  }

  private Received send(byte[] sealed, byte[] ledger) {
    Received answer = stage.call(enclave -> enclave.receive(opened.session(), sealed, ledger));
    stage.hostSees(answer);
    return answer;
  }

  /** Acknowledges the token; the results come with the next pass. */
  CompletableFuture<Received> acknowledge() {
    byte[] sealed = channel.seal(AcknowledgementWriter.encode());
    return stage.begin(enclave -> enclave.receive(opened.session(), sealed, NONE));
  }

  /** Opens the results, compares them with what is registered, and ends the session. */
  void finish(Received received, List<Key> asked, List<Key> registered, int capacity)
      throws Exception {
    stage.hostSees(received);
    ReceivedResults results = ReceivedResults.decode(channel.open(received.reply()), capacity);
    for (int i = 0; i < capacity; i++) {
      boolean expected = i < asked.size() && registered.contains(asked.get(i));
      if (results.account(i).isPresent() != expected) {
        throw new IllegalStateException("the enclave gave a wrong result");
      }
    }
    leave();
  }

  /** Ends the session. */
  void leave() {
    stage.call(enclave -> enclave.close(opened.session()));
  }
}
