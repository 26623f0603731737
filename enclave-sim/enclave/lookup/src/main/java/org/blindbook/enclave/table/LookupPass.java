package org.blindbook.enclave.table;

import static org.blindbook.enclave.constanttime.Masks.below;
import static org.blindbook.enclave.constanttime.Masks.select;
import static org.blindbook.enclave.oblivious.LayerKernel.PAD;

import java.util.Arrays;
import org.blindbook.enclave.oblivious.LayerKernel;

/**
 * Answers a batch of queries with one pass over the whole table: every record is compared with the
 * query slots of its bin, in storage order, and nothing else is ever read.
 *
 * @leaks the size of the batch and the geometry of the table
 */
final class LookupPass {
  private final TableContext context;
  private final Buckets buckets;
  private final Workspace[] workspaces = new Workspace[32];

  LookupPass(TableContext context, Buckets buckets) {
    this.context = context;
    this.buckets = buckets;
  }

  /**
   * What a batch of one padded size works in.
   *
   * @param sieves one for each part that the scan may be cut into; none when the plan has no
   *     candidates
   */
  record Workspace(Routing routing, Sieve[] sieves) {}

  /**
   * @leaks the size of the batch
   */
  void run(LookupBatch batch) {
    Workspace work = route(batch);
    scan(work);
    answer(work, batch);
  }

  /**
   * Sends the queries to the slots of their bins.
   *
   * @leaks the size of the batch
   */
  Workspace route(LookupBatch batch) {
    Workspace work = workspace(BinPlan.paddedSize(batch.size));
    Routing routing = work.routing;
    int queries = routing.plan.queries();
    loadKeys(batch, routing);
    LayerKernel layers = context.kernels().layers();
    layers.encrypt(buckets.cipher, routing.tagHi, routing.tagLo, PAD, PAD + queries);
    routing.sort();
    routing.toBins();
    routing.clearEmptySlots();
    Arrays.fill(routing.slots.valueHi(), 0);
    Arrays.fill(routing.slots.valueLo(), 0);
    return work;
  }

  /**
   * Brings what was found back to the queries.
   *
   * @leaks the size of the batch
   */
  void answer(Workspace work, LookupBatch batch) {
    long[] valueHi = work.routing.slots.valueHi();
    long[] valueLo = work.routing.slots.valueLo();
    work.routing.carryBack(valueHi, valueLo);
    for (int i = 0; i < batch.size; i++) {
      batch.valueHi[i] = valueHi[PAD + i] & batch.active[i];
      batch.valueLo[i] = valueLo[PAD + i] & batch.active[i];
    }
  }

  /**
   * @leaks nothing: works on public sizes only
   */
  BinPlan plan(int size) {
    return workspace(BinPlan.paddedSize(size)).routing.plan;
  }

  private Workspace workspace(int queries) {
    int log = Integer.numberOfTrailingZeros(queries);
    Workspace known = workspaces[log];
    if (known != null) {
      return known;
    }
    BinPlan plan = BinPlan.forLookup(queries, buckets.geometry, context.kernels().sieve());
    Workspace fresh = new Workspace(new Routing(plan, context), sieves(plan));
    workspaces[log] = fresh;
    return fresh;
  }

  private Sieve[] sieves(BinPlan plan) {
    Sieve[] sieves = new Sieve[plan.candidates() > 0 ? context.workers().threads() : 0];
    for (int i = 0; i < sieves.length; i++) {
      sieves[i] = new Sieve(buckets.geometry.bucketSlots(), plan.slotsPerBin(), plan.candidates());
    }
    return sieves;
  }

  private static void loadKeys(LookupBatch batch, Routing routing) {
    routing.fillWithDummies();
    long[] hi = routing.tagHi;
    long[] lo = routing.tagLo;
    for (int i = 0; i < batch.size; i++) {
      hi[PAD + i] = select(batch.active[i], batch.keyHi[i], hi[PAD + i]);
      lo[PAD + i] = select(batch.active[i], batch.keyLo[i], lo[PAD + i]);
    }
  }

  /**
   * Compares every record with the queries of its bin. Every thread has bins of its own.
   *
   * @leaks the plan, or that a bucket has too many candidates
   */
  void scan(Workspace work) {
    BinPlan plan = work.routing.plan;
    long steps = buckets.geometry.slots() * plan.slotsPerBin() / BinPlan.SLOT_STEP;
    context.workers().split(plan.bins(), steps, (part, from, to) -> scan(work, part, from, to));
  }

  private void scan(Workspace work, int part, int firstBin, int endBin) {
    BinSlots slots = work.routing.slots;
    BucketKernel kernel = context.kernels().buckets();
    Sieve sieve = work.sieves.length == 0 ? null : work.sieves[part];
    int bucketsPerBin = buckets.geometry.buckets() >> work.routing.plan.logBins();
    long overflow = 0;
    for (int bin = firstBin; bin < endBin; bin++) {
      if (sieve != null) {
        sieve.prepare(slots, bin);
      }
      for (int bucket = bin * bucketsPerBin; bucket < (bin + 1) * bucketsPerBin; bucket++) {
        long[] memory = buckets.segment(bucket);
        int from = buckets.offset(bucket);
        int to = from + buckets.bucketLongs;
        if (sieve == null) {
          kernel.match(memory, from, to, slots, bin);
        } else {
          overflow |= below(work.routing.plan.candidates(), sieve.sift(memory, from, to));
          kernel.match(sieve.candidates, 0, sieve.candidates.length, slots, bin);
        }
      }
    }
    if (overflow != 0) {
      context.failStop().halt();
    }
  }
}
