package org.blindbook.server.lookup;

import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ServerWebSocket;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.OptionalInt;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.blindbook.edge.endpoint.CloseCode;
import org.blindbook.protocol.calls.CallError;
import org.blindbook.protocol.calls.CallException;
import org.blindbook.protocol.calls.EnclaveCalls.Received;
import org.blindbook.protocol.calls.SessionEnd;
import org.blindbook.server.enclavehost.EnclaveConnection;
import org.blindbook.server.enclavehost.EnclaveConnection.Opened;
import org.blindbook.server.enclavehost.UnansweredException;
import org.blindbook.server.ledgers.RecordStore;
import org.blindbook.server.ledgers.UnavailableException;
import org.blindbook.server.limits.RetryAfter;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One client's connection: hands its messages to its enclave session one at a time, in order, and
 * sends back what the session answers. What it relays is ciphertext and it looks at none of it.
 *
 * <p>Flow control: the next message goes to the enclave once the reply to the last one has been
 * written to the client. A client may be one message ahead of its replies; one that is further
 * ahead is cut off, so a connection holds at most {@value #MAX_UNANSWERED} messages. All methods
 * run on the connection's event loop.
 */
public final class Relay {
  private static final Logger log = LoggerFactory.getLogger(Relay.class);

  private static final int MAX_UNANSWERED = 2;
  private static final short GOING_AWAY = 1001;
  private static final long NO_SESSION = -1;

  /**
   * Which of the client's messages is the request: the one that costs. The first is a handshake.
   */
  private static final int REQUEST = 1;

  private final ServerWebSocket socket;
  private final Context context;
  private final EnclaveConnection enclave;
  private final Charges charges;
  private final RetryAfter retryAfter;
  private final byte[] account;
  private final ArrayDeque<byte[]> unanswered = new ArrayDeque<>();
  private long session = NO_SESSION;
  private int relayed;
  private boolean busy = true;
  private boolean ended;
  private final long openedAt = System.nanoTime();
  private long activeAt = openedAt;

  /**
   * @param charges to the account, for a connection to this enclave
   * @param account the authenticated account's digest
   */
  public Relay(
      ServerWebSocket socket,
      Context context,
      EnclaveConnection enclave,
      Charges charges,
      RetryAfter retryAfter,
      byte[] account) {
    this.socket = socket;
    this.context = context;
    this.enclave = enclave;
    this.charges = charges;
    this.retryAfter = retryAfter;
    this.account = account;
  }

  /**
   * Charges for the connection, opens the enclave session and sends its offer.
   *
   * @param nonce the client's freshness nonce, or empty
   * @param collateralHeld digest of the collateral that the client has already, or empty
   */
  public void open(byte[] nonce, byte[] collateralHeld) {
    socket.binaryMessageHandler(this::onMessage);
    socket.textMessageHandler(text -> end(CloseCode.BAD_REQUEST));
    // Malformed or oversized frames end here; Vert.x closes the connection itself.
    socket.exceptionHandler(failure -> end(CloseCode.BAD_REQUEST));
    onContext(
        charges.payConnection(),
        wait -> onPaid(wait, () -> openSession(nonce, collateralHeld)),
        failure -> end(closeCodeFor(failure)));
  }

  /** Goes on when there is nothing to wait for. */
  private void onPaid(int waitSeconds, Runnable next) {
    if (waitSeconds > 0) {
      end(CloseCode.RATE_LIMITED.code(), CloseCode.retryAfterReason(waitSeconds));
    } else if (!ended) {
      next.run();
    }
  }

  private void openSession(byte[] nonce, byte[] collateralHeld) {
    onContext(
        enclave.open(account, nonce),
        opened -> onOpened(opened, collateralHeld),
        failure -> end(closeCodeFor(failure)));
  }

  private void onOpened(Opened opened, byte[] collateralHeld) {
    session = opened.session();
    if (ended) {
      closeSession();
      return;
    }
    byte[] offer = opened.offer().withoutCollateralHeldBy(collateralHeld).encode();
    socket.writeBinaryMessage(Buffer.buffer(offer)).onSuccess(written -> relayNext());
  }

  private void onMessage(Buffer message) {
    if (ended) {
      return;
    }
    if (unanswered.size() == MAX_UNANSWERED) {
      end(CloseCode.BAD_REQUEST);
      return;
    }
    unanswered.add(message.getBytes());
    if (!busy) {
      relayNext();
    }
  }

  private void relayNext() {
    activeAt = System.nanoTime();
    byte[] message = unanswered.peek();
    busy = message != null;
    if (ended || message == null) {
      return;
    }
    if (relayed++ == REQUEST) {
      relayRequest(message);
    } else {
      relay(message, RecordStore.NONE);
    }
  }

  /** A request is paid for and its ledger is read before the enclave hears of it. */
  private void relayRequest(byte[] message) {
    OptionalInt capacity = charges.sizeClass(message);
    if (capacity.isEmpty()) {
      end(CloseCode.BAD_REQUEST);
      return;
    }
    onContext(
        charges.payRequest(capacity.getAsInt()),
        wait ->
            onPaid(
                wait,
                () ->
                    onContext(
                        charges.ledgerForRequest(),
                        ledger -> relay(message, ledger),
                        failure -> end(closeCodeFor(failure)))),
        failure -> end(closeCodeFor(failure)));
  }

  private void relay(byte[] message, byte[] ledger) {
    if (!ended) {
      onContext(
          enclave.receive(session, message, ledger),
          received -> onReceived(received, ledger),
          failure -> onRefused(failure, ledger));
    }
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
    if (received.reply().length == 0) {
      onReplied(received);
    } else {
      socket
          .writeBinaryMessage(Buffer.buffer(received.reply()))
          .onSuccess(written -> onReplied(received));
    }
  }

  private void onReplied(Received received) {
    if (received.close() != SessionEnd.OPEN) {
      end(closeCodeFor(received.close()));
      return;
    }
    unanswered.remove();
    relayNext();
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
    end(code.code(), code.retryable() ? CloseCode.retryAfterReason(retryAfter.seconds()) : null);
  }

  /**
   * Whether the client has kept the server waiting, or the connection has lasted, for too long.
   *
   * @param now {@link System#nanoTime}
   */
  public boolean isOverdue(long now, Duration idle, Duration total) {
    return now - openedAt > total.toNanos() || (!busy && now - activeAt > idle.toNanos());
  }

  /** Ends the connection because the server stops. */
  public void goAway() {
    end(GOING_AWAY, CloseCode.retryAfterReason(retryAfter.seconds()));
  }

  private void end(int code, @Nullable String reason) {
    if (!ended) {
      socket.close((short) code, reason);
      onSocketClosed();
    }
  }

  /** Ends the enclave session: the client is gone. */
  public void onSocketClosed() {
    if (ended) {
      return;
    }
    ended = true;
    unanswered.clear();
    closeSession();
  }

  private void closeSession() {
    if (session != NO_SESSION) {
      enclave.close(session);
    }
  }

  /** Continues on the event loop with the answer of a call, or with its failure. */
  private <T> void onContext(
      CompletionStage<T> call, Consumer<T> next, Consumer<Throwable> otherwise) {
    call.whenComplete(
        (answer, failure) ->
            context.runOnContext(
                event -> {
                  if (failure == null) {
                    next.accept(answer);
                  } else {
                    otherwise.accept(failure);
                  }
                }));
  }

  private static CloseCode closeCodeFor(Throwable failure) {
    return switch (failure) {
      case CompletionException wrapped when wrapped.getCause() != null ->
          closeCodeFor(wrapped.getCause());
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
