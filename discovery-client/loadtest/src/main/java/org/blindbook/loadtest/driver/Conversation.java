package org.blindbook.loadtest.driver;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ClientWebSocket;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketConnectOptions;
import java.security.SecureRandom;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import org.apache.commons.codec.binary.Hex;
import org.blindbook.edge.channel.ClientHandshake;
import org.blindbook.edge.endpoint.Headers;
import org.blindbook.edge.message.AcknowledgementWriter;
import org.blindbook.edge.message.DiscoveryRequestWriter;
import org.blindbook.edge.message.ReceivedClaims;
import org.blindbook.edge.message.ReceivedOffer;
import org.blindbook.edge.message.ReceivedResults;
import org.blindbook.edge.message.ReceivedTokenReply;
import org.blindbook.edge.message.SizeClasses;
import org.blindbook.loadtest.measurement.Outcome;
import org.blindbook.loadtest.population.AddressBook;
import org.blindbook.loadtest.trust.UntrustedException;
import org.blindbook.protocol.lookup.EntryKind;
import org.blindbook.protocol.message.Claims;
import org.blindbook.protocol.message.MalformedMessageException;
import org.blindbook.protocol.noise.NoiseException;
import org.blindbook.protocol.noise.Prologue;
import org.blindbook.protocol.noise.SecureChannel;
import org.jspecify.annotations.Nullable;

/**
 * One attempt at a discovery, over a connection of its own: offer, handshake, request, token reply,
 * acknowledgement, results, each answer checked. Everything happens on one event loop; only
 * evidence is verified elsewhere.
 */
final class Conversation {
  private final Vertx vertx;
  private final LoadPlan plan;
  private final Caller caller;
  private final SecureRandom random;
  private final Consumer<Outcome> onEnd;
  private final Runnable onReleased;
  private final ClientWebSocket socket;
  private final byte[] nonce = new byte[Claims.NONCE_BYTES];
  private Step step = Step.OFFER;
  private boolean connected;
  private long timer;
  private @Nullable ClientHandshake handshake;
  private @Nullable SecureChannel channel;
  private @Nullable Outcome refusal;

  /** What the server says next. */
  private enum Step {
    OFFER,
    HANDSHAKE,
    TOKEN,
    RESULTS,
    NOTHING
  }

  /**
   * @param onEnd called once, with what became of it
   * @param onReleased called once, when the connection is no more
   */
  Conversation(
      Vertx vertx,
      WebSocketClient client,
      LoadPlan plan,
      Caller caller,
      SecureRandom random,
      Consumer<Outcome> onEnd,
      Runnable onReleased) {
    this.vertx = vertx;
    this.plan = plan;
    this.caller = caller;
    this.random = random;
    this.onEnd = onEnd;
    this.onReleased = onReleased;
    this.socket = client.webSocket();
  }

  /**
   * Connects. For an event loop, which everything else then happens on.
   *
   * @param patienceMillis after which the attempt has timed out
   */
  void start(long patienceMillis) {
    timer = vertx.setTimer(Math.max(1, patienceMillis), id -> end(new Outcome.TimedOut()));
    random.nextBytes(nonce);
    socket.binaryMessageHandler(this::receive);
    socket.textMessageHandler(text -> end(new Outcome.Failed("a text message", false)));
    socket.closeHandler(
        closed -> {
          end(Ending.ofClose(socket.closeStatusCode(), socket.closeReason()));
          onReleased.run();
        });
    socket.exceptionHandler(failure -> {}); // the close handler is called, too
    WebSocketConnectOptions options =
        new WebSocketConnectOptions()
            .setHost(plan.target().host())
            .setPort(plan.target().port())
            .setSsl(plan.target().tls())
            .setURI(plan.target().path());
    options.addHeader(
        Headers.AUTHORIZATION, Headers.CLIENT_SCHEME + " " + plan.mint().mint(caller.account()));
    options.addHeader(Headers.NONCE, Hex.encodeHexString(nonce));
    socket
        .connect(options)
        .onFailure(
            failure -> {
              end(Ending.ofUpgrade(failure));
              onReleased.run();
            })
        .onSuccess(
            open -> {
              connected = true;
              if (step == Step.NOTHING) {
                socket.close();
              }
            });
  }

  private void end(Outcome outcome) {
    if (step == Step.NOTHING) {
      return;
    }
    step = Step.NOTHING;
    vertx.cancelTimer(timer);
    if (channel != null) {
      channel.wipe();
    }
    if (connected) {
      socket.close();
    }
    onEnd.accept(outcome);
  }

  private void receive(Buffer message) {
    try {
      byte[] bytes = message.getBytes();
      switch (step) {
        case OFFER -> offered(ReceivedOffer.decode(bytes));
        case HANDSHAKE -> ask(bytes);
        case TOKEN -> acknowledge(ReceivedTokenReply.decode(opened(bytes)));
        case RESULTS -> check(opened(bytes));
        case NOTHING -> {}
      }
    } catch (MalformedMessageException e) {
      end(new Outcome.Failed("a malformed message", false));
    } catch (NoiseException e) {
      end(new Outcome.Failed("a message that is not the enclave's", false));
    } catch (UntrustedException e) {
      end(distrusted(e));
    }
  }

  private static Outcome distrusted(UntrustedException e) {
    return new Outcome.Failed(String.valueOf(e.getMessage()), false);
  }

  private byte[] opened(byte[] sealed) throws NoiseException {
    return Objects.requireNonNull(channel).open(sealed);
  }

  private void offered(ReceivedOffer offer)
      throws MalformedMessageException, UntrustedException, NoiseException {
    Optional<ReceivedClaims> claims = plan.appraisal().believe(offer, nonce);
    if (claims.isPresent()) {
      shakeHands(claims.get());
      return;
    }
    step = Step.HANDSHAKE; // a second offer would be no handshake
    vertx
        .executeBlocking(() -> plan.appraisal().verify(offer, nonce), false)
        .onSuccess(this::shakeHandsIfWanted)
        .onFailure(
            failure ->
                end(
                    failure instanceof UntrustedException e
                        ? distrusted(e)
                        : new Outcome.Failed("a malformed message", false)));
  }

  private void shakeHandsIfWanted(ReceivedClaims claims) {
    try {
      if (step != Step.NOTHING) {
        shakeHands(claims);
      }
    } catch (NoiseException e) {
      end(new Outcome.Failed("a channel key that is none", false));
    }
  }

  private void shakeHands(ReceivedClaims claims) throws NoiseException {
    step = Step.HANDSHAKE;
    handshake = new ClientHandshake(claims.channelKey(), Prologue.of(claims.digest()), random);
    send(handshake.writeMessage1());
  }

  private void ask(byte[] message2) throws NoiseException, MalformedMessageException {
    if (handshake == null) {
      throw new MalformedMessageException("the server went on before it was answered");
    }
    channel = handshake.readMessage2(message2);
    AddressBook book = caller.book();
    DiscoveryRequestWriter request =
        new DiscoveryRequestWriter(capacity(), 0, caller.retryNonce(), new byte[0]);
    for (int i = 0; i < book.size(); i++) {
      request.set(i, book.keyHi(i), book.keyLo(i), EntryKind.NEW);
    }
    step = Step.TOKEN;
    send(channel.seal(request.encoded()));
  }

  private int capacity() {
    return SizeClasses.holding(caller.book().size()).orElseThrow();
  }

  private void acknowledge(ReceivedTokenReply reply) {
    if (!reply.granted()) {
      // Nevertheless the exchange goes on, as that of every client.
      refusal =
          reply.outcome() == ReceivedTokenReply.Outcome.REFUSED
              ? new Outcome.Refused("no permits", reply.retryAfterSeconds(), false)
              : new Outcome.Failed("a token was refused that was not sent", false);
    }
    step = Step.RESULTS;
    send(Objects.requireNonNull(channel).seal(AcknowledgementWriter.encode()));
  }

  private void check(byte[] bytes) throws MalformedMessageException {
    AddressBook book = caller.book();
    ReceivedResults results = ReceivedResults.decode(bytes, capacity());
    if (refusal != null) {
      end(refusal);
      return;
    }
    int missing = 0;
    int invented = 0;
    int mistaken = 0;
    for (int i = 0; i < capacity(); i++) {
      Optional<UUID> found = results.account(i);
      Optional<UUID> expected = i < book.size() ? book.expected(i) : Optional.empty();
      if (!found.equals(expected)) {
        if (found.isEmpty()) {
          missing++;
        } else if (expected.isEmpty()) {
          invented++;
        } else {
          mistaken++;
        }
      }
    }
    end(
        missing + invented + mistaken == 0
            ? new Outcome.Right()
            : new Outcome.Wrong(missing, invented, mistaken));
  }

  private void send(byte[] message) {
    socket.writeBinaryMessage(Buffer.buffer(message)); // what fails closes the socket
  }
}
