package org.blindbook.server.enclavehost;

import java.io.Closeable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.blindbook.edge.message.ReceivedOffer;
import org.blindbook.protocol.calls.CallException;
import org.blindbook.protocol.calls.CallWire;
import org.blindbook.protocol.calls.EnclaveCalls;
import org.blindbook.protocol.calls.EnclaveCalls.Received;
import org.blindbook.protocol.calls.EnclaveCalls.Stats;
import org.blindbook.server.enclavehost.UnansweredException.Reason;

/**
 * The host's end of an enclave's socket: what any enclave can be asked, by the words of {@link
 * EnclaveCalls}, which is the enclave's end. May be used by any thread; no call blocks. A call
 * fails with a {@link CallException} when the enclave refuses it and with an {@link
 * UnansweredException} when it does not answer.
 */
public abstract sealed class EnclaveConnection implements Closeable
    permits LookupConnection, EvaluatorConnection {
  /** A table may grow during one update; an enclave silent for longer is taken for dead. */
  private static final int CALL_SECONDS = 300;

  private static final byte[] NOTHING = {};

  /**
   * A session and the offer to send to its client first.
   *
   * @param session a number for later calls
   */
  public record Opened(long session, ReceivedOffer offer) {}

  private final CallChannel channel;
  private final byte[] settings;

  EnclaveConnection(CallChannel channel, byte[] settings) {
    this.channel = channel;
    this.settings = settings;
  }

  /** As {@link EnclaveCalls#open}; the offer shows the settings, too. */
  public final CompletionStage<Opened> open(byte[] account, byte[] clientNonce) {
    byte[] arguments = HostWire.openArguments(account, clientNonce);
    return channel
        .callForClient(CallWire.OPEN, arguments, HostWire::opened)
        .thenApply(opened -> new Opened(opened.session(), opened.offer().withSettings(settings)));
  }

  /** As {@link EnclaveCalls#receive}. */
  public final CompletionStage<Received> receive(long session, byte[] message, byte[] ledger) {
    byte[] arguments = HostWire.receiveArguments(session, message, ledger);
    return channel.callForClient(CallWire.RECEIVE, arguments, HostWire::received);
  }

  /** As {@link EnclaveCalls#close}. */
  public final CompletionStage<Void> close(long session) {
    return channel.call(CallWire.CLOSE, HostWire.number(session), HostWire::nothing);
  }

  /** As {@link EnclaveCalls#offer}; it shows the settings, too. */
  public final CompletionStage<ReceivedOffer> offer(byte[] clientNonce) {
    return channel
        .call(CallWire.OFFER, clientNonce, ReceivedOffer::decode)
        .thenApply(offer -> offer.withSettings(settings));
  }

  /** As {@link EnclaveCalls#stats}. */
  public final CompletionStage<Stats> stats() {
    return channel.call(CallWire.STATS, NOTHING, HostWire::stats);
  }

  final CallChannel channel() {
    return channel;
  }

  /** Completes once the connection has ended, whoever ended it. */
  public final CompletableFuture<Void> gone() {
    return channel.gone();
  }

  /** Ends the connection. The enclave keeps nothing for a host that has left. */
  @Override
  public final void close() {
    channel.close();
  }

  /**
   * Waits for an answer.
   *
   * @throws UnansweredException also when it does not come within {@value #CALL_SECONDS} s
   */
  static <T> T await(CompletionStage<T> call)
      throws CallException, UnansweredException, InterruptedException {
    try {
      return call.toCompletableFuture().get(CALL_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      switch (e.getCause()) {
        case CallException refused -> throw new CallException(refused.error());
        case UnansweredException unanswered -> throw new UnansweredException(unanswered.reason());
        case null, default -> throw new IllegalStateException("a call fails in two ways only", e);
      }
    } catch (TimeoutException e) {
      throw new UnansweredException(Reason.ENDED);
    }
  }
}
