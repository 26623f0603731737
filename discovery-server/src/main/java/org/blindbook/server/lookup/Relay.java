package org.blindbook.server.lookup;

import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ServerWebSocket;
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
import org.blindbook.server.ledgers.RecordStore;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One client's connection: hands its messages to its enclave session one at a time, in order, and
 * sends back what the session answers. What it relays is ciphertext and it looks at none of it.
 *
 * <p>Client and server take turns, as the protocol has it: {@link Incoming}. So a connection holds
 * one message, and as much of it as has arrived; that is counted against what the client and the
 * host may hold, and so is the place that results take until they are written. Every call to the
 * enclave waits for its turn in the {@link Lane}. All methods run on the connection's event loop.
 */
public final class Relay {
  private static final Logger log = LoggerFactory.getLogger(Relay.class);

  private static final short GOING_AWAY = 1001;
  private static final long NO_SESSION = -1;

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
  private final Incoming incoming;
  private int capacity;
  private long session = NO_SESSION;
  private boolean ended;
  private boolean writing;
  private final long openedAt = System.nanoTime();
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
    this.incoming = new Incoming(role, new Receiving());
  }

  /**
   * Charges for the connection, opens the enclave session and sends its offer.
   *
   * @param call that the lane has given the turn for
   * @param nonce the client's freshness nonce, or empty
   * @param collateralHeld digest of the collateral that the client has already, or empty
   */
  public void open(Call call, byte[] nonce, byte[] collateralHeld) {
    incoming.listenTo(socket);
    onContext(
        charges.payConnection(),
        waitSeconds -> {
          if (mayGoOn(waitSeconds)) {
            onContext(
                call,
                enclave.open(client.account, nonce),
                opened -> onOpened(opened, collateralHeld),
                failure -> end(CloseCodes.of(failure)));
          } else {
            call.answered(); // it is not made
          }
        },
        failure -> {
          call.answered();
          end(CloseCodes.of(failure));
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
    incoming.giveTurn(ClientMessage.HANDSHAKE);
    write(offer, () -> {});
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

  private void onMessage(ClientMessage kind, byte[] message) {
    switch (kind) {
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
                failure -> end(CloseCodes.of(failure)));
          }
        },
        failure -> end(CloseCodes.of(failure)));
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
          unavailable -> end(CloseCodes.of(unavailable)));
    } else {
      end(CloseCodes.of(failure));
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
        failure -> end(CloseCodes.of(failure)));
  }

  private void reply(Received received) {
    if (ended) {
      return;
    }
    if (incoming.expected() != ClientMessage.ACKNOWLEDGEMENT) {
      client.holding.giveBytes(); // with results their place stays taken until they are written
    }
    if (received.close() == SessionEnd.OPEN) {
      incoming.giveTurn(incoming.expected().next());
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
      end(CloseCodes.of(received.close()));
    }
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
        || incoming.isTooSlow(now, patience)
        || (writing && now - writingAt > patience.idle().toNanos())) {
      end(CloseCode.OVERLOADED);
    } else if (incoming.lapses(now)) {
      client.place.lapse();
    }
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
    incoming.end();
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

  /** Takes what the client sends. */
  private final class Receiving implements Incoming.Receiver {
    @Override
    public Optional<CloseCode> hold(int bytes) {
      return Relay.this.hold(bytes);
    }

    @Override
    public void onMessage(ClientMessage kind, byte[] message) {
      Relay.this.onMessage(kind, message);
    }

    @Override
    public void end(CloseCode code) {
      Relay.this.end(code);
    }
  }
}
