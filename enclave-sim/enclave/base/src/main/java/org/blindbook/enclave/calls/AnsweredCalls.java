package org.blindbook.enclave.calls;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.blindbook.enclave.session.Sessions;
import org.blindbook.protocol.calls.CallError;
import org.blindbook.protocol.calls.CallException;
import org.blindbook.protocol.calls.CallWire;
import org.blindbook.protocol.calls.EnclaveCalls;
import org.blindbook.protocol.message.Claims;
import org.blindbook.protocol.message.Offer;

/** The calls that every enclave answers in the same way, and the way from bytes to a call. */
public abstract class AnsweredCalls implements EnclaveCalls {
  private static final byte[] NOTHING = {};

  private final Sessions sessions;

  private volatile boolean admitting;

  protected AnsweredCalls(Sessions sessions) {
    this.sessions = sessions;
  }

  /** From now on clients may open sessions and send messages; the host cannot bring this about. */
  public final void admitClients() {
    admitting = true;
  }

  /** From now on evidence is waited for on a thread of its own. */
  final void quoteOn(Executor elsewhere) {
    sessions.quoteOn(elsewhere);
  }

  protected final void checkAdmitting() throws CallException {
    if (!admitting) {
      throw new CallException(CallError.NOT_READY);
    }
  }

  @Override
  public final CompletionStage<Opened> open(byte[] account, byte[] clientNonce) {
    return call(
        () -> {
          checkNonce(clientNonce);
          checkAdmitting();
          if (account.length != ACCOUNT_BYTES) {
            throw new CallException(CallError.BAD_CALL);
          }
          return sessions.open(account, clientNonce);
        });
  }

  @Override
  public final CompletionStage<Received> receive(long session, byte[] message, byte[] ledger) {
    return call(
        () -> {
          checkAdmitting();
          return sessions.receive(session, message, ledger);
        });
  }

  @Override
  public final CompletionStage<Void> close(long session) {
    sessions.close(session);
    return CompletableFuture.completedFuture(null);
  }

  @Override
  public final CompletionStage<Offer> offer(byte[] clientNonce) {
    return call(
        () -> {
          checkNonce(clientNonce);
          return sessions.offer(clientNonce);
        });
  }

  @Override
  public final CompletionStage<Stats> stats() {
    return CompletableFuture.completedFuture(new Stats(sessions.count(), admitting));
  }

  /**
   * Answers a call as it travels.
   *
   * @param operation of {@link CallWire}, or of the role
   * @return the answer's payload
   * @throws CallException when the call is refused at once
   */
  final CompletionStage<byte[]> answer(int operation, byte[] payload) throws CallException {
    return switch (operation) {
      case CallWire.OPEN -> {
        CallWire.Open open = CallWire.Open.decode(payload);
        yield open(open.account(), open.clientNonce()).thenApply(CallWire::encode);
      }
      case CallWire.RECEIVE -> {
        CallWire.Receive receive = CallWire.Receive.decode(payload);
        yield receive(receive.session(), receive.message(), receive.ledger())
            .thenApply(CallWire::encode);
      }
      case CallWire.CLOSE -> close(CallWire.decodeNumber(payload)).thenApply(v -> NOTHING);
      case CallWire.OFFER -> offer(payload).thenApply(Offer::encode);
      case CallWire.STATS -> stats().thenApply(CallWire::encode);
      default -> answerOfRole(operation, payload);
    };
  }

  /**
   * Answers one of the role's own calls.
   *
   * @throws CallException {@link CallError#BAD_CALL} when there is no such call
   */
  protected abstract CompletionStage<byte[]> answerOfRole(int operation, byte[] payload)
      throws CallException;

  /** A call that may be refused. */
  protected interface Call<T> {
    CompletionStage<T> run() throws CallException;
  }

  /** A refusal is the stage's failure, as every other. */
  protected static <T> CompletionStage<T> call(Call<T> call) {
    try {
      return call.run();
    } catch (CallException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  private static void checkNonce(byte[] clientNonce) throws CallException {
    if (clientNonce.length != 0 && clientNonce.length != Claims.NONCE_BYTES) {
      throw new CallException(CallError.BAD_CALL);
    }
  }
}
