package org.blindbook.enclave.lookup;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.blindbook.enclave.calls.AnsweredCalls;
import org.blindbook.enclave.oblivious.RandomSource;
import org.blindbook.enclave.session.ChannelKeys;
import org.blindbook.enclave.session.Sessions;
import org.blindbook.enclave.snapshot.SealedSnapshot;
import org.blindbook.enclave.table.ObliviousTable;
import org.blindbook.enclave.table.TableContext;
import org.blindbook.enclave.table.UpdateBatch;
import org.blindbook.enclave.warmup.WarmUp;
import org.blindbook.protocol.calls.CallError;
import org.blindbook.protocol.calls.CallException;
import org.blindbook.protocol.calls.CallWire;
import org.blindbook.protocol.hardware.Hardware;
import org.blindbook.protocol.lookup.LookupCalls;
import org.blindbook.protocol.lookup.Update;

/**
 * The whole lookup enclave without its process: every part, put together once. {@link Main} runs it
 * behind a socket; the obliviousness check runs it on one thread, with repeatable randomness and
 * time.
 */
public final class LookupEnclave extends AnsweredCalls implements LookupCalls {
  private final TableThread table;
  private final SealedSnapshot snapshot;
  private final TableContext context;

  // Written by the table thread only.
  private long sequence;
  private volatile long capacity;

  private LookupEnclave(
      Sessions sessions, TableThread table, SealedSnapshot snapshot, TableContext context) {
    super(sessions);
    this.table = table;
    this.snapshot = snapshot;
    this.context = context;
  }

  /**
   * An enclave with an empty table.
   *
   * @param random the one source of all randomness
   * @throws IOException when the hardware gives no keys
   * @throws IllegalArgumentException with a plain sentence, when the settings are unusable
   */
  public static LookupEnclave create(Hardware hardware, SecureRandom random, InstantSource clock)
      throws IOException {
    LookupSettings settings = LookupSettings.parse(hardware.launch().settings());
    TableContext context =
        TableContext.of(RandomSource.of(random), settings.kernel(), settings.threads());
    return create(hardware, settings, ObliviousTable.create(context), random, clock);
  }

  static LookupEnclave create(
      Hardware hardware,
      LookupSettings settings,
      ObliviousTable empty,
      SecureRandom random,
      InstantSource clock)
      throws IOException {
    TableThread table = new TableThread(empty);
    ChannelKeys keys =
        new ChannelKeys(
            hardware,
            settings.limits(),
            claims -> settings.blinded().map(claims::of).orElse(claims),
            random,
            clock);
    Sessions sessions =
        new Sessions(
            settings.limits().maxSessions(),
            keys,
            new LookupService(hardware, settings, table, random, clock),
            random);
    SealedSnapshot snapshot = new SealedSnapshot(hardware, random, empty.context);
    return new LookupEnclave(sessions, table, snapshot, empty.context);
  }

  /**
   * From now on a thread of its own does the table's work as it comes.
   *
   * @param workers do what follows on the table's work
   * @param failure called when the table fails: it cannot be trusted any more
   * @throws IllegalArgumentException with a plain sentence, when this machine cannot run the
   *     table's kernel as it was meant
   */
  void start(Executor workers, Thread.UncaughtExceptionHandler failure) {
    context.requireMachine();
    table.start(workers, failure);
  }

  /**
   * Admits clients once the code that works on secrets with vectors is compiled. Whenever the Java
   * runtime gives up some of that code, what waits for the table waits for another warm-up. Returns
   * only by the failure of a warm-up, after which the enclave cannot be trusted any more.
   */
  void keepWarm() {
    WarmUp warmUp = new WarmUp(context);
    while (true) {
      // On the table's thread: neither lookups nor updates meet code that is not compiled.
      Set<Integer> warm = table.submit(t -> warmUp.run()).join();
      admitClients();
      warmUp.awaitLossOf(warm, table::turns);
    }
  }

  /**
   * Instead of {@link #start}: does the table's work that waits now, on the calling thread, without
   * a warm-up. For a check of what the code does, not of what it is compiled to.
   */
  public void runWaiting() {
    admitClients();
    table.runWaiting();
  }

  @Override
  public CompletionStage<TableState> update(Update update) {
    if (update.count() == 0) {
      return table.submit(this::state);
    }
    return table.update(
        batchOf(update),
        t -> {
          sequence = update.sequence();
          return state(t);
        });
  }

  /** The entries of an update, which has some. The host supplied them; they are public. */
  private static UpdateBatch batchOf(Update update) {
    UpdateBatch batch = new UpdateBatch(update.count());
    ByteBuffer in = ByteBuffer.wrap(update.entries());
    for (int i = 0; i < batch.size; i++) {
      batch.keyHi[i] = in.getLong();
      batch.keyLo[i] = in.getLong();
      batch.valueHi[i] = in.getLong();
      batch.valueLo[i] = in.getLong();
    }
    return batch;
  }

  @Override
  public CompletionStage<byte[]> snapshot(int chunk) {
    return table.submit(t -> snapshot.chunk(chunk, sequence, t));
  }

  @Override
  public CompletionStage<TableState> restore(byte[] chunk) {
    return table.submit(
        t -> {
          requireEmpty(t);
          Optional<SealedSnapshot.Restored> restored = snapshot.restore(chunk);
          if (restored.isEmpty()) {
            return state(t);
          }
          table.replace(restored.get().table());
          sequence = restored.get().sequence();
          return state(restored.get().table());
        });
  }

  @Override
  public CompletionStage<TableState> reserve(long total) {
    return table.submit(
        t -> {
          requireEmpty(t);
          t.reserve(total);
          return state(t);
        });
  }

  private static void requireEmpty(ObliviousTable t) throws CallException {
    if (t.records() != 0) {
      throw new CallException(CallError.BAD_CALL);
    }
  }

  /** Registrations that the table takes before it grows, as the host knows it. */
  long capacity() {
    return capacity;
  }

  private TableState state(ObliviousTable t) {
    capacity = t.capacity();
    return new TableState(t.records(), capacity, sequence, table.batches());
  }

  @Override
  protected CompletionStage<byte[]> answerOfRole(int operation, byte[] payload)
      throws CallException {
    return switch (operation) {
      case UPDATE -> update(Update.decode(payload)).thenApply(TableState::encode);
      case SNAPSHOT -> snapshot(Math.clamp(CallWire.decodeNumber(payload), -1, Integer.MAX_VALUE));
      case RESTORE -> restore(payload).thenApply(TableState::encode);
      case RESERVE -> reserve(CallWire.decodeNumber(payload)).thenApply(TableState::encode);
      default -> throw new CallException(CallError.BAD_CALL);
    };
  }
}
