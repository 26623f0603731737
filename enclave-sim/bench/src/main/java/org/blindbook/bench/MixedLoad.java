package org.blindbook.bench;

import java.security.SecureRandom;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import org.blindbook.edge.compiled.TableKernel;
import org.blindbook.enclave.oblivious.RandomSource;
import org.blindbook.enclave.table.LookupBatch;
import org.blindbook.enclave.table.ObliviousTable;
import org.blindbook.enclave.table.TableContext;
import org.blindbook.enclave.table.TableFullException;
import org.blindbook.enclave.table.UpdateBatch;
import org.blindbook.enclave.warmup.WarmUp;

/**
 * Whether C2's code for vector operations stays in use under long load, after nothing but the
 * enclave's own warm-up: requests of every size class, of one to eight clients at once, with
 * updates between the passes, growth on the way and an image now and then, in the turns in which
 * the enclave's table thread takes them. Not in the table's package: code in it is watched.
 */
final class MixedLoad {
  private static final int SMALLEST_LOG = 6;
  private static final int LARGEST_LOG = 15;
  private static final int MOST_CLIENTS = 8;
  private static final int MOST_CHANGES_LOG = 13;
  private static final int PASSES_PER_IMAGE = 1000;

  private final SplittableRandom random;
  private final ObliviousTable table;
  private ObliviousTable.Updating updating;
  private long registered;
  private long passes;
  private long wrong;

  /**
   * What was seen.
   *
   * @param passes lookups, each of one to eight requests
   * @param registered users at the end
   * @param wrong answers that were not what was registered
   * @param lossAfter when the JVM gave up code, if it did
   */
  record Result(long passes, long registered, long wrong, Optional<Duration> lossAfter) {}

  private MixedLoad(long seed, TableContext context) throws TableFullException {
    this.random = new SplittableRandom(seed);
    this.table = ObliviousTable.create(context);
    this.updating = register(1);
  }

  /**
   * Runs until the time is over, or until some code is lost. With the kernel that this machine is
   * best at.
   *
   * @param threads of a pass
   * @throws TableFullException when so many users do not fit in memory
   */
  static Result run(Duration time, long seed, int threads) throws TableFullException {
    TableContext context =
        TableContext.of(
            RandomSource.of(new SecureRandom()), TableKernel.ofThisMachine().label(), threads);
    WarmUp warmUp = new WarmUp(context);
    Set<Integer> warm = warmUp.run();
    CompletableFuture<Void> loss =
        CompletableFuture.runAsync(
            () -> warmUp.awaitLossOf(warm, System::nanoTime),
            work -> Thread.ofPlatform().daemon().start(work));
    MixedLoad load = new MixedLoad(seed, context);
    long start = System.nanoTime();
    while (!loss.isDone() && System.nanoTime() - start < time.toNanos()) {
      load.turn();
    }
    Duration ran = Duration.ofNanos(System.nanoTime() - start);
    return new Result(
        load.passes,
        load.registered,
        load.wrong,
        loss.isDone() ? Optional.of(ran) : Optional.empty());
  }

  private void turn() throws TableFullException {
    boolean more = updating.step();
    lookUp();
    if (!more) {
      if (passes % PASSES_PER_IMAGE == 0) {
        table.image().chunk(1);
      }
      updating = register(1 + random.nextInt(1 << random.nextInt(MOST_CHANGES_LOG + 1)));
    }
  }

  private ObliviousTable.Updating register(int size) throws TableFullException {
    UpdateBatch update = new UpdateBatch(size);
    for (int i = 0; i < size; i++) {
      update.keyHi[i] = registered;
      update.keyLo[i] = ~registered;
      update.valueHi[i] = ++registered;
    }
    return table.begin(update);
  }

  /** Half of those asked for are registered; those of the last update may be found or not. */
  private void lookUp() {
    int size = 0;
    for (int client = 1 + random.nextInt(MOST_CLIENTS); client > 0; client--) {
      size += 1 << random.nextInt(SMALLEST_LOG, LARGEST_LOG + 1);
    }
    LookupBatch batch = new LookupBatch(Math.min(size, LookupBatch.MAX_SIZE));
    for (int i = 0; i < batch.size; i++) {
      batch.keyHi[i] = random.nextLong(2 * registered);
      batch.keyLo[i] = ~batch.keyHi[i];
      batch.active[i] = -(i & 1 | random.nextInt(2));
    }
    table.lookup(batch);
    passes++;
    for (int i = 0; i < batch.size; i++) {
      long user = batch.keyHi[i];
      long right = user < registered ? user + 1 & batch.active[i] : 0;
      boolean open = user >= registered - (1L << MOST_CHANGES_LOG) && user < registered;
      wrong += batch.valueHi[i] == right || open ? 0 : 1;
    }
  }
}
