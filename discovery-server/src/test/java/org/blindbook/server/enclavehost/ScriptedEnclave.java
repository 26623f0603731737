package org.blindbook.server.enclavehost;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiFunction;
import org.blindbook.protocol.Sha256;
import org.blindbook.protocol.calls.CallError;
import org.blindbook.protocol.calls.CallException;
import org.blindbook.protocol.calls.EnclaveCalls;
import org.blindbook.protocol.calls.SessionEnd;
import org.blindbook.protocol.calls.Update;
import org.blindbook.protocol.loading.SealedBatch;
import org.blindbook.protocol.message.EvaluationRequest;
import org.blindbook.protocol.message.Offer;

/**
 * An enclave as the host sees one, without secrets: a plain map for a table, a digest for a seal,
 * and answers to clients that a test prescribes. Unless told otherwise it echoes.
 */
public class ScriptedEnclave implements EnclaveCalls {
  static final int CHUNK_BYTES = 500;
  public static final byte[] COLLATERAL = "collateral".getBytes();

  /** What it answers to a client's message and ledger. */
  public volatile BiFunction<byte[], byte[], CompletionStage<Received>> answer =
      (message, ledger) ->
          CompletableFuture.completedFuture(new Received(message, new byte[0], SessionEnd.OPEN));

  /** Holds back the answer to open until a test releases it. */
  public volatile CountDownLatch openGate = new CountDownLatch(0);

  public volatile boolean ready = true;
  public volatile CallError updateError;

  /** Why it evaluates nothing. */
  public volatile CallError evaluationError;

  public final Set<Long> openSessions = ConcurrentHashMap.newKeySet();
  public final Map<ByteBuffer, ByteBuffer> table = new TreeMap<>();
  public volatile long sequence;
  public volatile int updates;
  public volatile int maxOpenAtOnce = Integer.MAX_VALUE;
  private final AtomicLong sessions = new AtomicLong();
  private byte[] sealed = {};
  private byte[] restoring = {};

  @Override
  public CompletionStage<Opened> open(byte[] account, byte[] clientNonce) {
    if (openSessions.size() >= maxOpenAtOnce) {
      return refused(CallError.TOO_MANY_SESSIONS);
    }
    long session = sessions.incrementAndGet();
    openSessions.add(session);
    CountDownLatch gate = openGate;
    CompletableFuture<Opened> opened = new CompletableFuture<>();
    Opened answer = new Opened(session, offerFor(clientNonce));
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

  /** Whether its platform gives evidence. */
  public volatile boolean evidence = true;

  /** How often it was asked for an offer. */
  public volatile int offers;

  private static Offer offerFor(byte[] clientNonce) {
    return new Offer(clientNonce, "evidence".getBytes(), COLLATERAL);
  }

  @Override
  public CompletionStage<byte[]> evaluatorKey(byte[] sealed) {
    return refused(CallError.BAD_CALL);
  }

  @Override
  public CompletionStage<byte[]> evaluate(SealedBatch batch) {
    return evaluationError == null
        ? CompletableFuture.completedFuture(new byte[16 * batch.count()])
        : refused(evaluationError);
  }

  @Override
  public CompletionStage<byte[]> evaluate(EvaluationRequest request) {
    return evaluationError == null
        ? CompletableFuture.completedFuture(new byte[32 * request.capacity()])
        : refused(evaluationError);
  }

  @Override
  public CompletionStage<Received> receive(long session, byte[] message, byte[] ledger) {
    return openSessions.contains(session)
        ? answer.apply(message, ledger)
        : refused(CallError.UNKNOWN_SESSION);
  }

  @Override
  public CompletionStage<Void> close(long session) {
    openSessions.remove(session);
    return CompletableFuture.completedFuture(null);
  }

  @Override
  public synchronized CompletionStage<Void> update(Update update) {
    if (updateError != null) {
      return refused(updateError);
    }
    for (int i = 0; i < update.count(); i++) {
      byte[] entry =
          Arrays.copyOfRange(
              update.entries(), i * Update.ENTRY_BYTES, (i + 1) * Update.ENTRY_BYTES);
      ByteBuffer key = ByteBuffer.wrap(entry, 0, 16).slice();
      ByteBuffer value = ByteBuffer.wrap(entry, 16, 16).slice();
      if (value.equals(ByteBuffer.allocate(16))) {
        table.remove(key);
      } else {
        table.put(key, value);
      }
    }
    sequence = update.sequence();
    updates++;
    sealed = new byte[0];
    return CompletableFuture.completedFuture(null);
  }

  @Override
  public CompletionStage<Offer> offer(byte[] clientNonce) {
    offers++;
    return !evidence
        ? refused(CallError.NO_EVIDENCE)
        : CompletableFuture.completedFuture(offerFor(clientNonce));
  }

  @Override
  public synchronized CompletionStage<byte[]> snapshot(int chunk) {
    if (chunk == 0) {
      sealed = seal();
    } else if (sealed.length == 0) {
      return refused(CallError.SNAPSHOT_STALE);
    }
    int from = Math.min(chunk * CHUNK_BYTES, sealed.length);
    int to = Math.min(from + CHUNK_BYTES, sealed.length);
    return CompletableFuture.completedFuture(Arrays.copyOfRange(sealed, from, to));
  }

  private byte[] seal() {
    ByteBuffer plain = ByteBuffer.allocate(8 + table.size() * Update.ENTRY_BYTES);
    plain.putLong(sequence);
    table.forEach((key, value) -> plain.put(key.duplicate()).put(value.duplicate()));
    return ByteBuffer.allocate(plain.capacity() + Sha256.BYTES)
        .put(plain.array())
        .put(Sha256.of(plain.array()))
        .array();
  }

  @Override
  public synchronized CompletionStage<Long> restore(byte[] chunk) {
    restoring =
        ByteBuffer.allocate(restoring.length + chunk.length).put(restoring).put(chunk).array();
    if (chunk.length > 0) {
      return CompletableFuture.completedFuture(0L);
    }
    int length = Math.max(0, restoring.length - Sha256.BYTES);
    byte[] plain = Arrays.copyOf(restoring, length);
    byte[] digest = Arrays.copyOfRange(restoring, length, restoring.length);
    if (length < 8 || !Arrays.equals(digest, Sha256.of(plain))) {
      return refused(CallError.NOT_UNSEALABLE);
    }
    update(new Update(ByteBuffer.wrap(plain).getLong(), Arrays.copyOfRange(plain, 8, length)));
    updates = 0;
    return CompletableFuture.completedFuture(sequence);
  }

  @Override
  public synchronized CompletionStage<Stats> stats() {
    return CompletableFuture.completedFuture(
        new Stats(table.size(), 1 << 20, sequence, openSessions.size(), 0, ready));
  }

  public static <T> CompletionStage<T> refused(CallError error) {
    return CompletableFuture.failedFuture(new CallException(error));
  }
}
