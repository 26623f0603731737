package org.blindbook.server.enclavehost;

import java.nio.ByteBuffer;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiFunction;
import org.blindbook.protocol.calls.CallError;
import org.blindbook.protocol.calls.CallException;
import org.blindbook.protocol.calls.CallWire;
import org.blindbook.protocol.calls.EnclaveCalls.Received;
import org.blindbook.protocol.calls.EnclaveCalls.Stats;
import org.blindbook.protocol.calls.SessionEnd;
import org.blindbook.protocol.message.Claims;
import org.blindbook.protocol.message.Offer;

/**
 * An enclave as the host sees one, without secrets, and with answers to clients that a test
 * prescribes. Unless told otherwise it echoes.
 */
public abstract class ScriptedEnclave {
  public static final byte[] COLLATERAL = "collateral".getBytes();

  private static final byte[] NOTHING = {};

  /** What it answers to a client's message and ledger. */
  public volatile BiFunction<byte[], byte[], CompletionStage<Received>> answer =
      (message, ledger) ->
          CompletableFuture.completedFuture(new Received(message, NOTHING, SessionEnd.OPEN));

  /** Holds back the answer to open until a test releases it. */
  public volatile CountDownLatch openGate = new CountDownLatch(0);

  /** Why it opens no session, or null. */
  public volatile CallError openError;

  public volatile boolean ready = true;
  public final Set<Long> openSessions = ConcurrentHashMap.newKeySet();

  /** Whether its platform gives evidence. */
  public volatile boolean evidence = true;

  /** How often it was asked for an offer. */
  public volatile int offers;

  private final AtomicLong sessions = new AtomicLong();

  /** What it says about itself when no client gave a nonce. */
  protected Claims claims() {
    return Claims.truncated(new byte[32], 0, new byte[32], new byte[32]);
  }

  /** Answers a call as it travels. */
  final CompletionStage<byte[]> call(int operation, byte[] payload) throws CallException {
    return switch (operation) {
      case CallWire.OPEN ->
          openError == null
              ? open(CallWire.Open.decode(payload).clientNonce())
              : refused(openError);
      case CallWire.RECEIVE -> {
        CallWire.Receive receive = CallWire.Receive.decode(payload);
        yield receive(receive).thenApply(CallWire::encode);
      }
      case CallWire.CLOSE -> {
        openSessions.remove(CallWire.decodeNumber(payload));
        yield done(NOTHING);
      }
      case CallWire.OFFER -> {
        offers++;
        yield evidence ? done(offerFor(payload)) : refused(CallError.NO_EVIDENCE);
      }
      case CallWire.STATS -> stats().thenApply(CallWire::encode);
      default -> callOfRole(operation, payload);
    };
  }

  abstract CompletionStage<byte[]> callOfRole(int operation, byte[] payload) throws CallException;

  private CompletionStage<byte[]> open(byte[] clientNonce) {
    long session = sessions.incrementAndGet();
    openSessions.add(session);
    byte[] offer = offerFor(clientNonce);
    byte[] answer =
        ByteBuffer.allocate(Long.BYTES + offer.length).putLong(session).put(offer).array();
    CountDownLatch gate = openGate;
    CompletableFuture<byte[]> opened = new CompletableFuture<>();
    if (gate.getCount() == 0) {
      opened.complete(answer);
    } else {
      Thread.startVirtualThread(() -> completeAfter(gate, opened, answer));
    }
    return opened;
  }

  private static <T> void completeAfter(CountDownLatch gate, CompletableFuture<T> call, T answer) {
    try {
      gate.await();
      call.complete(answer);
    } catch (InterruptedException e) {
      call.completeExceptionally(e);
    }
  }

  private byte[] offerFor(byte[] clientNonce) {
    Claims claims = clientNonce.length == 0 ? claims() : claims().withNonce(clientNonce);
    return new Offer(claims, new byte[0], "evidence".getBytes(), COLLATERAL).encode();
  }

  private CompletionStage<Received> receive(CallWire.Receive call) {
    return openSessions.contains(call.session())
        ? answer.apply(call.message(), call.ledger())
        : refused(CallError.UNKNOWN_SESSION);
  }

  protected CompletionStage<Stats> stats() {
    return CompletableFuture.completedFuture(new Stats(openSessions.size(), ready));
  }

  static <T> CompletionStage<T> done(T answer) {
    return CompletableFuture.completedFuture(answer);
  }

  public static <T> CompletionStage<T> refused(CallError error) {
    return CompletableFuture.failedFuture(new CallException(error));
  }
}
