package org.blindbook.server.lookup;

import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.http.WebSocketFrame;
import io.vertx.core.http.WebSocketFrameType;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.blindbook.edge.endpoint.CloseCode;
import org.blindbook.protocol.calls.CallError;
import org.blindbook.protocol.calls.CallException;
import org.blindbook.protocol.calls.EnclaveCalls.Received;
import org.blindbook.protocol.calls.SessionEnd;
import org.blindbook.server.admission.Holdings.Holding;
import org.blindbook.server.admission.Lane;
import org.blindbook.server.admission.Lane.Call;
import org.blindbook.server.admission.Lane.Station;
import org.blindbook.server.admission.Resource;
import org.blindbook.server.admission.WorkCost;
import org.blindbook.server.enclavehost.EnclaveConnection;
import org.blindbook.server.enclavehost.EnclaveConnection.Opened;
import org.blindbook.server.enclavehost.EnclaveRole;
import org.blindbook.server.enclavehost.UnansweredException;
import org.blindbook.server.ledgers.RecordStore;
import org.blindbook.server.ledgers.UnavailableException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One client's connection: hands its messages to its enclave session one at a time, in order, and
 * sends back what the session answers. What it relays is ciphertext and it looks at none of it.
 *
 * <p>Client and server take turns, as the protocol has it: {@link ClientMessage}. A client that
 * sends anything but what its turn has room for is cut off, before it is kept. So a connection
 * holds one message, and as much of it as has arrived; that is counted against what the client and
 * the host may hold, and so is the place that results take until they are written. Every call to
 * the enclave waits for its turn in the {@link Lane}. All methods run on the connection's event
 * loop.
 */
public final class Relay {
  private static final Logger log = LoggerFactory.getLogger(Relay.class);

  private static final short GOING_AWAY = 1001;
  private static final long NO_SESSION = -1;

  /** At any time: pings, a close frame, the headers of frames. */
  private static final int CONTROL_BYTES = 512;

  /** Clients may send a message in frames of 4 KiB; more and smaller ones are not needed. */
  private static final int BYTES_PER_FRAME_HEADER = 256;

  /** A client that is silent for as long holds up nobody: its next message is not expected now. */
  private static final long EXPECTED_NANOS = Duration.ofSeconds(2).toNanos();

  /** For the close code to be read; then the connection is cut. */
  private static final long FAREWELL_NANOS = Duration.ofSeconds(4).toNanos();

  /**
   * A client that was admitted.
   *
   * @param account the authenticated account's digest
   * @param holding what its session holds of the host
   * @param place its place among those that the enclaves work for
   */
  public record Client(byte[] account, Holding holding, Lane.Place place) {}

  private final ServerWebSocket socket;
  private final Context context;
  private final EnclaveRole role;
  private final EnclaveConnection enclave;
  private final Charges charges;
  private final Refusals refusals;
  private final Client client;
  private Buffer partial = Buffer.buffer();
  private ClientMessage expected = ClientMessage.HANDSHAKE;
  private boolean clientsTurn;
  private int allowance = CONTROL_BYTES;
  private int capacity;
  private long session = NO_SESSION;
  private boolean ended;
  private boolean dropping;
  private boolean lapsed;
  private boolean writing;
  private final long openedAt = System.nanoTime();
  private long turnAt = openedAt;
  private long firstByteAt;
  private long writingAt;
  private long endedAt;

  /**
   * @param charges to the account, for a connection to this enclave
   */
  public Relay(
      ServerWebSocket socket,
      Context context,
      EnclaveConnection enclave,
      Charges charges,
      Refusals refusals,
      Client client) {
    this.socket = socket;
    this.context = context;
    this.role = charges.role();
    this.enclave = enclave;
    this.charges = charges;
    this.refusals = refusals;
    this.client = client;
  }

  /**
   * Charges for the connection, opens the enclave session and sends its offer.
   *
   * @param call that the lane has given the turn for
   * @param nonce the client's freshness nonce, or empty
   * @param collateralHeld digest of the collateral that the client has already, or empty
   */
  public void open(Call call, byte[] nonce, byte[] collateralHeld) {
    Inflow.count(socket, this::arrived);
    socket.frameHandler(this::onFrame);
    // Malformed or oversized frames end here; Vert.x closes the connection itself.
    socket.exceptionHandler(failure -> end(CloseCode.BAD_REQUEST));
    onContext(
        charges.payConnection(),
        waitSeconds -> {
          if (mayGoOn(waitSeconds)) {
            onContext(
                call,
                enclave.open(client.account, nonce),
                opened -> onOpened(opened, collateralHeld),
                failure -> end(closeCodeFor(failure)));
          } else {
            call.answered(); // it is not made
          }
        },
        failure -> {
          call.answered();
          end(closeCodeFor(failure));
        });
  }

  /** Whether the account has paid and the client is still there; ends when it has to wait. */
  private boolean mayGoOn(int waitSeconds) {
    if (waitSeconds > 0) {
      end(CloseCode.RATE_LIMITED.code(), CloseCode.retryAfterReason(waitSeconds));
    }
    return !ended;
  }

  private void onOpened(Opened opened, byte[] collateralHeld) {
    session = opened.session();
    if (ended) {
      closeSession();
      return;
    }
    byte[] offer = opened.offer().withoutCollateralHeldBy(collateralHeld).encode();
    giveTurn(ClientMessage.HANDSHAKE);
    write(offer, () -> {});
  }

  private void giveTurn(ClientMessage message) {
    expected = message;
    clientsTurn = true;
    lapsed = false;
    turnAt = System.nanoTime();
    firstByteAt = 0;
    int bytes = message.maxBytes(role);
    allowance = bytes + bytes / BYTES_PER_FRAME_HEADER + CONTROL_BYTES;
  }

  /** Whether bytes that arrive may be kept. */
  private boolean arrived(int bytes) {
    if (dropping) {
      return false;
    }
    if (bytes > allowance) {
      drop(CloseCode.BAD_REQUEST);
      return false;
    }
    allowance -= bytes;
    if (ended) {
      return true;
    }
    if (firstByteAt == 0) {
      firstByteAt = System.nanoTime();
    }
    Optional<CloseCode> refusal = hold(bytes);
    refusal.ifPresent(this::drop);
    return refusal.isEmpty();
  }

  private void drop(CloseCode code) {
    dropping = true;
    end(code);
  }

  /** Takes memory from the client's share; or says why the connection has to end. */
  private Optional<CloseCode> hold(int bytes) {
    return switch (client.holding.take(bytes)) {
      case TAKEN -> Optional.empty();
      case SHARE_USED -> Optional.of(CloseCode.RATE_LIMITED);
      case NOTHING_LEFT -> {
        refusals.report(Resource.MESSAGE_BYTES);
        yield Optional.of(CloseCode.OVERLOADED);
      }
    };
  }

  private void onFrame(WebSocketFrame frame) {
    if (ended
        || frame.type() == WebSocketFrameType.PING
        || frame.type() == WebSocketFrameType.PONG
        || frame.isClose()) {
      return;
    }
    Buffer part = frame.binaryData();
    if (!clientsTurn
        || frame.isText()
        || partial.length() + part.length() > expected.maxBytes(role)) {
      end(CloseCode.BAD_REQUEST);
      return;
    }
    partial.appendBuffer(part);
    if (frame.isFinal()) {
      byte[] message = partial.getBytes();
      partial = Buffer.buffer();
      onMessage(message);
    }
  }

  private void onMessage(byte[] message) {
    clientsTurn = false;
    allowance = CONTROL_BYTES;
    switch (expected) {
      case HANDSHAKE -> ask(Station.CHANNEL, WorkCost.HANDSHAKE_MICROS, message, RecordStore.NONE);
      case REQUEST -> onRequest(message);
      case ACKNOWLEDGEMENT -> {
        Optional<CloseCode> refusal = hold(ClientMessage.resultBytes(role, capacity));
        refusal.ifPresentOrElse(
            this::end,
            () ->
                ask(
                    Station.RESULT,
                    WorkCost.resultMicros(role, capacity),
                    message,
                    RecordStore.NONE));
      }
      case NOTHING -> end(CloseCode.BAD_REQUEST);
    }
  }

  /** A request is paid for and its ledger is read before the enclave hears of it. */
  private void onRequest(byte[] message) {
    OptionalInt sizeClass = ClientMessage.capacity(role, message.length);
    if (sizeClass.isEmpty()) {
      end(CloseCode.BAD_REQUEST);
      return;
    }
    capacity = sizeClass.getAsInt();
    if (!client.place.reserve(WorkCost.resultMicros(role, capacity))) {
      refusals.report(Resource.WORK);
      end(CloseCode.OVERLOADED);
      return;
    }
    onContext(
        charges.payRequest(capacity),
        waitSeconds -> {
          if (mayGoOn(waitSeconds)) {
            onContext(
                charges.ledgerForRequest(),
                ledger -> ask(Station.CHANNEL, WorkCost.CHARGE_MICROS, message, ledger),
                failure -> end(closeCodeFor(failure)));
          }
        },
        failure -> end(closeCodeFor(failure)));
  }

  /** Hands a message to the enclave once the lane has room for it. */
  private void ask(Station station, long micros, byte[] message, byte[] ledger) {
    if (!ended) {
      client.place.call(
          station, micros, call -> context.runOnContext(turn -> relay(call, message, ledger)));
    }
  }

  private void relay(Call call, byte[] message, byte[] ledger) {
    if (ended) {
      call.answered();
      return;
    }
    onContext(
        call,
        enclave.receive(session, message, ledger),
        received -> onReceived(received, ledger),
        failure -> onRefused(failure, ledger));
  }

  /** An account whose ledger does not open would be refused for ever with it. */
  private void onRefused(Throwable failure, byte[] ledger) {
    if (failure instanceof CallException refused && refused.error() == CallError.NOT_UNSEALABLE) {
      onContext(
          charges.ledger().discard(ledger),
          discarded -> {
            log.warn(
                "a permit ledger does not open, so its account starts afresh ({} since start)",
                discarded);
            end(CloseCode.ENCLAVE_RESTARTING);
          },
          unavailable -> end(closeCodeFor(unavailable)));
    } else {
      end(closeCodeFor(failure));
    }
  }

  private void onReceived(Received received, byte[] ledger) {
    if (ended) {
      return;
    }
    if (received.ledger().length == 0) {
      reply(received);
      return;
    }
    // Durable before the reply leaves: a client never holds results that its account has not paid.
    onContext(
        charges.ledger().replace(ledger, received.ledger()),
        stored -> {
          if (stored) {
            reply(received);
          } else {
            end(CloseCode.OVERLOADED);
          }
        },
        failure -> end(closeCodeFor(failure)));
  }

  private void reply(Received received) {
    if (ended) {
      return;
    }
    if (expected != ClientMessage.ACKNOWLEDGEMENT) {
      client.holding.giveBytes(); // with results their place stays taken until they are written
    }
    if (received.close() == SessionEnd.OPEN) {
      giveTurn(expected.next());
    }
    if (received.reply().length == 0) {
      onReplied(received);
    } else {
      write(received.reply(), () -> onReplied(received));
    }
  }

  private void write(byte[] reply, Runnable next) {
    writing = true;
    writingAt = System.nanoTime();
    socket
        .writeBinaryMessage(Buffer.buffer(reply))
        .onSuccess(
            written -> {
              writing = false;
              next.run();
            });
  }

  private void onReplied(Received received) {
    if (received.close() != SessionEnd.OPEN) {
      client.holding.giveBytes();
      end(closeCodeFor(received.close()));
    }
  }

  private static CloseCode closeCodeFor(SessionEnd end) {
    return switch (end) {
      case OPEN, COMPLETE -> CloseCode.NORMAL;
      case BAD_REQUEST -> CloseCode.BAD_REQUEST;
      case WRONG_EPOCH -> CloseCode.WRONG_EPOCH;
    };
  }

  /** Whose enclave it is connected to. */
  public int epoch() {
    return charges.epoch();
  }

  /** Ends the connection and tells the client why. Does nothing when it has ended. */
  public void end(CloseCode code) {
    end(code.code(), code.retryable() ? refusals.reason(code) : null);
  }

  /**
   * Ends the connection if its client has kept the server waiting, or it has lasted, for too long.
   * A client that is too slow may come back: its place is wanted by others.
   *
   * @param now {@link System#nanoTime}
   */
  public void endIfOverdue(long now, Patience patience) {
    if (ended) {
      if (now - endedAt > FAREWELL_NANOS) {
        Inflow.cut(socket);
      }
    } else if (now - openedAt > patience.total().toNanos()
        || (clientsTurn && isTooSlow(now, patience))
        || (writing && now - writingAt > patience.idle().toNanos())) {
      end(CloseCode.OVERLOADED);
    } else if (clientsTurn && !lapsed && now - turnAt > EXPECTED_NANOS) {
      lapsed = true;
      client.place.lapse();
    }
  }

  private boolean isTooSlow(long now, Patience patience) {
    Duration silence =
        expected == ClientMessage.ACKNOWLEDGEMENT ? patience.acknowledgement() : patience.idle();
    return now - turnAt > silence.toNanos()
        || (firstByteAt != 0 && now - firstByteAt > patience.message().toNanos());
  }

  /** Ends the connection because the server stops. */
  public void goAway() {
    end(GOING_AWAY, refusals.reason(CloseCode.ENCLAVE_RESTARTING));
  }

  private void end(int code, @Nullable String reason) {
    if (!ended) {
      markEnded();
      socket.close((short) code, reason);
    }
  }

  /** Ends the enclave session: the client is gone, and everything it held is given back. */
  public void onSocketClosed() {
    markEnded();
    client.holding.leave();
  }

  private void markEnded() {
    if (ended) {
      return;
    }
    ended = true;
    endedAt = System.nanoTime();
    allowance = CONTROL_BYTES;
    client.place.leave();
    closeSession();
  }

  private void closeSession() {
    if (session != NO_SESSION) {
      enclave.close(session);
    }
  }

  /**
   * As below, with the answer of an enclave. The lane is told at once: somebody waits for the room.
   */
  private <T> void onContext(
      Call call, CompletionStage<T> asked, Consumer<T> next, Consumer<Throwable> otherwise) {
    asked.whenComplete((answer, failure) -> call.answered());
    onContext(asked, next, otherwise);
  }

  /** Continues on the event loop with an answer, or with the failure. */
  private <T> void onContext(
      CompletionStage<T> asked, Consumer<T> next, Consumer<Throwable> otherwise) {
    asked.whenComplete(
        (answer, failure) ->
            context.runOnContext(
                event -> {
                  if (failure == null) {
                    next.accept(answer);
                  } else {
                    otherwise.accept(cause(failure));
                  }
                }));
  }

  /** A stage that comes of another wraps its failure. */
  private static Throwable cause(Throwable failure) {
    return failure instanceof CompletionException && failure.getCause() != null
        ? failure.getCause()
        : failure;
  }

  private static CloseCode closeCodeFor(Throwable failure) {
    return switch (failure) {
      case UnavailableException ledgers -> CloseCode.OVERLOADED;
      case CallException refused -> closeCodeFor(refused.error());
      case UnansweredException unanswered ->
          switch (unanswered.reason()) {
            case ENDED -> CloseCode.ENCLAVE_RESTARTING;
            case BUSY -> CloseCode.OVERLOADED;
            case UNREADABLE -> defect("the enclave's answer cannot be read");
          };
      default -> defect("a call failed in a way that there is none");
    };
  }

  private static CloseCode closeCodeFor(CallError error) {
    return switch (error) {
      case UNKNOWN_SESSION, NOT_READY -> CloseCode.ENCLAVE_RESTARTING;
      case TOO_MANY_SESSIONS, NO_EVIDENCE -> CloseCode.OVERLOADED;
      default -> defect("the enclave refused a client's call: " + error);
    };
  }

  private static CloseCode defect(String what) {
    log.error("a defect: {}", what);
    return CloseCode.OVERLOADED;
  }
}
