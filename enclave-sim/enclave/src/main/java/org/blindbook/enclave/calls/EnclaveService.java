package org.blindbook.enclave.calls;

import java.io.IOException;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.blindbook.enclave.Settings;
import org.blindbook.enclave.evaluation.Evaluations;
import org.blindbook.enclave.sealing.SealedSnapshot;
import org.blindbook.enclave.session.Sessions;
import org.blindbook.enclave.session.TableThread;
import org.blindbook.enclave.table.ObliviousTable;
import org.blindbook.protocol.calls.CallError;
import org.blindbook.protocol.calls.CallException;
import org.blindbook.protocol.calls.EnclaveCalls;
import org.blindbook.protocol.calls.Update;
import org.blindbook.protocol.hardware.Hardware;
import org.blindbook.protocol.loading.SealedBatch;
import org.blindbook.protocol.message.Claims;
import org.blindbook.protocol.message.EvaluationReply;
import org.blindbook.protocol.message.EvaluationRequest;
import org.blindbook.protocol.message.Offer;
import org.blindbook.protocol.oprf.OprfException;

/** The enclave behind its one interface: who gets which call. */
public final class EnclaveService implements EnclaveCalls {
  private final Optional<Settings.Blinded> blinded;
  private final Optional<Evaluations> evaluations;
  private final Sessions sessions;
  private final TableThread table;
  private final SealedSnapshot snapshot;

  // Written by the table thread only.
  private volatile long records;
  private volatile long capacity;
  private volatile long sequence;

  private volatile boolean admitting;

  public EnclaveService(
      Hardware hardware,
      Settings settings,
      TableThread table,
      SecureRandom random,
      InstantSource clock)
      throws IOException {
    this.table = table;
    this.blinded = settings.blinded();
    this.evaluations = evaluations(hardware, blinded, random);
    this.sessions = new Sessions(hardware, settings, table, evaluations, random, clock);
    this.snapshot = new SealedSnapshot(hardware, random);
    table.submit(this::publish);
  }

  /** None where the role does not evaluate: then nothing in this process can hold a key. */
  private static Optional<Evaluations> evaluations(
      Hardware hardware, Optional<Settings.Blinded> blinded, SecureRandom random)
      throws IOException {
    return blinded.isPresent() && blinded.get().role().evaluates()
        ? Optional.of(new Evaluations(hardware, blinded.get().epoch(), random))
        : Optional.empty();
  }

  /** From now on elements are evaluated on these threads. */
  public void startEvaluating(Executor evaluators) {
    evaluations.ifPresent(e -> e.start(evaluators));
  }

  /** From now on clients may open sessions and send messages; the host cannot bring this about. */
  public void admitClients() {
    admitting = true;
  }

  /** From now on nothing of a client is looked at. What the table has taken is still answered. */
  public void refuseClients() {
    admitting = false;
  }

  @Override
  public CompletionStage<Opened> open(byte[] account, byte[] clientNonce) {
    return call(
        () -> {
          checkNonce(clientNonce);
          checkAdmitting();
          if (account.length != ACCOUNT_BYTES) {
            throw new CallException(CallError.BAD_CALL);
          }
          return CompletableFuture.completedFuture(sessions.open(account, clientNonce));
        });
  }

  @Override
  public CompletionStage<Received> receive(long session, byte[] message, byte[] ledger) {
    return call(
        () -> {
          checkAdmitting();
          return sessions.receive(session, message, ledger);
        });
  }

  @Override
  public CompletionStage<Void> close(long session) {
    sessions.close(session);
    return CompletableFuture.completedFuture(null);
  }

  @Override
  public CompletionStage<Void> update(Update update) {
    TableThread.Work<Long> applied =
        t -> {
          sequence = update.sequence();
          return publish(t);
        };
    return (update.count() == 0
            ? table.submit(applied)
            : table.update(UpdateEntries.batchOf(update), applied))
        .thenAccept(reached -> {});
  }

  @Override
  public CompletionStage<Offer> offer(byte[] clientNonce) {
    return call(
        () -> {
          checkNonce(clientNonce);
          return CompletableFuture.completedFuture(sessions.offer(clientNonce));
        });
  }

  @Override
  public CompletionStage<byte[]> snapshot(int chunk) {
    return table
        .submit(t -> snapshot.chunk(chunk, sequence, t))
        .thenApply(SealedSnapshot.Chunk::seal);
  }

  @Override
  public CompletionStage<Long> restore(byte[] chunk) {
    return table.submit(
        t -> {
          if (t.records() != 0) {
            throw new CallException(CallError.BAD_CALL);
          }
          snapshot
              .restore(chunk)
              .ifPresent(
                  restored -> {
                    table.replace(restored.table());
                    sequence = restored.sequence();
                    publish(restored.table());
                  });
          return sequence;
        });
  }

  @Override
  public CompletionStage<byte[]> evaluatorKey(byte[] sealed) {
    return call(() -> CompletableFuture.completedFuture(evaluator().install(sealed)));
  }

  @Override
  public CompletionStage<byte[]> evaluate(SealedBatch batch) {
    return call(() -> evaluator(batch.epoch()).lookupKeys(() -> sessions.identifiers(batch)));
  }

  @Override
  public CompletionStage<byte[]> evaluate(EvaluationRequest request) {
    return call(
        () -> {
          Evaluations evaluator = evaluator(request.epoch());
          try {
            evaluator.check(request);
          } catch (OprfException e) {
            throw new CallException(CallError.BAD_CALL);
          }
          evaluator.enter(request);
          return evaluator.evaluate(request).thenApply(EvaluationReply::encoded);
        });
  }

  /** Of this epoch, if it serves. */
  private Evaluations evaluator(int epoch) throws CallException {
    Evaluations evaluator = evaluator();
    checkAdmitting();
    if (epoch != blinded.orElseThrow().epoch()) {
      throw new CallException(CallError.WRONG_EPOCH);
    }
    return evaluator;
  }

  private Evaluations evaluator() throws CallException {
    return evaluations.orElseThrow(() -> new CallException(CallError.BAD_CALL));
  }

  @Override
  public CompletionStage<Stats> stats() {
    boolean ready = admitting && evaluations.map(e -> e.publicKey().isPresent()).orElse(true);
    return CompletableFuture.completedFuture(
        new Stats(records, capacity, sequence, sessions.count(), table.batches(), ready));
  }

  /** Records the table takes before it grows. */
  public long capacity() {
    return capacity;
  }

  /** The sequence number reached. */
  private long publish(ObliviousTable table) {
    records = table.records();
    capacity = table.capacity();
    return sequence;
  }

  private void checkAdmitting() throws CallException {
    if (!admitting) {
      throw new CallException(CallError.NOT_READY);
    }
  }

  private static void checkNonce(byte[] clientNonce) throws CallException {
    if (clientNonce.length != 0 && clientNonce.length != Claims.NONCE_BYTES) {
      throw new CallException(CallError.BAD_CALL);
    }
  }

  private interface Call<T> {
    CompletionStage<T> run() throws CallException;
  }

  private static <T> CompletionStage<T> call(Call<T> call) {
    try {
      return call.run();
    } catch (CallException e) {
      return CompletableFuture.failedFuture(e);
    }
  }
}
