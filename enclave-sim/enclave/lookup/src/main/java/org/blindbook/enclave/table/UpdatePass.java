package org.blindbook.enclave.table;

import static org.blindbook.enclave.constanttime.Masks.below;
import static org.blindbook.enclave.constanttime.Masks.nonZero;
import static org.blindbook.enclave.constanttime.Masks.select;
import static org.blindbook.enclave.oblivious.LayerKernel.PAD;

import org.blindbook.enclave.oblivious.Compaction;
import org.blindbook.enclave.oblivious.LayerKernel;

/**
 * Applies a batch of changes with one sweep over the whole table that reads and writes every slot,
 * so that whoever supplied the changes does not learn where in the table a key lives.
 *
 * <p>Use: {@link #route}, then {@link Routed#change} if the total is in question, then {@link
 * Routed#step} until all is done.
 *
 * @leaks the size of the batch and the geometry of the table
 */
final class UpdatePass {
  /** Lookups need not wait for more than this, some milliseconds. */
  private static final int STEP_SLOTS = 1 << 19;

  private final TableContext context;
  private final Buckets buckets;
  private final Workspace[] workspaces = new Workspace[32];

  UpdatePass(TableContext context, Buckets buckets) {
    this.context = context;
    this.buckets = buckets;
  }

  /** What a batch of one padded size works in. */
  private static final class Workspace {
    final Routing routing;

    /** The changes that store something, at the front of their bins; shares the value columns. */
    final BinSlots inserts;

    final Compaction gathering;
    final long[] distance;

    /** Inserts of each bin. */
    final long[] counts;

    /** Position in the batch, while duplicates are settled. */
    final long[] order;

    Workspace(Routing routing, LayerKernel kernel) {
      BinPlan plan = routing.plan;
      BinSlots all = routing.slots;
      this.routing = routing;
      this.inserts =
          new BinSlots(
              all.perBin(), routing.newColumn(), routing.newColumn(), all.valueHi(), all.valueLo());
      this.gathering = new Compaction(kernel, plan.slots(), plan.slotsPerBin());
      this.distance = routing.newColumn();
      this.counts = new long[plan.bins()];
      this.order = routing.newColumn();
    }
  }

  /** A batch on its way: in the slots of its bins. Valid until the next call of {@link #route}. */
  final class Routed {
    private final Routing routing;
    private final BinSlots inserts;
    private final long[] total = new long[BucketKernel.TALLY];
    private int nextBucket;

    private Routed(Workspace work) {
      this.routing = work.routing;
      this.inserts = work.inserts;
    }

    /**
     * By how much this would change the number of registrations; reads the whole table.
     *
     * @leaks nothing beyond the pass's own: the caller tells the number
     */
    long change() {
      BinSlots all = routing.slots;
      long[] foundHi = routing.newColumn();
      long[] foundLo = routing.newColumn();
      BinSlots found = new BinSlots(all.perBin(), all.tagHi(), all.tagLo(), foundHi, foundLo);
      for (int bucket = 0; bucket < routing.plan.bins(); bucket++) {
        int from = buckets.offset(bucket);
        context
            .kernels()
            .buckets()
            .match(buckets.segment(bucket), from, from + buckets.bucketLongs, found, bucket);
      }
      long change = 0;
      for (int slot = PAD; slot < PAD + routing.plan.slots(); slot++) {
        change += nonZero(foundHi[slot] | foundLo[slot]);
        change -= nonZero(all.valueHi()[slot] | all.valueLo()[slot]);
      }
      return change;
    }

    /**
     * Changes the next buckets, {@value #STEP_SLOTS} slots of them. Until all are changed, lookups
     * find some of the changes; each key is in one bucket, so they find it before or after.
     *
     * @return whether there are more
     * @leaks how far it is. A bucket without room ends the process; its probability is below 2<sup>
     *     -64</sup>
     */
    boolean step() {
      int first = nextBucket;
      int slots = buckets.geometry.bucketSlots();
      int count = Math.min(routing.plan.bins() - first, 1 + STEP_SLOTS / slots);
      long steps = (long) count * slots * (routing.plan.slotsPerBin() / BinPlan.SLOT_STEP);
      context.workers().split(count, steps, (part, from, to) -> sweep(first + from, first + to));
      if (total[BucketKernel.LOST] != 0) {
        context.failStop().halt();
      }
      nextBucket = first + count;
      return nextBucket < routing.plan.bins();
    }

    private void sweep(int firstBucket, int endBucket) {
      long[] tally = new long[BucketKernel.TALLY];
      BucketKernel kernel = context.kernels().buckets();
      for (int bucket = firstBucket; bucket < endBucket; bucket++) {
        int from = buckets.offset(bucket);
        int to = from + buckets.bucketLongs;
        kernel.apply(buckets.segment(bucket), from, to, routing.slots, inserts, bucket, tally);
      }
      synchronized (total) {
        total[BucketKernel.RECORDS] += tally[BucketKernel.RECORDS];
        total[BucketKernel.LOST] |= tally[BucketKernel.LOST];
      }
    }

    /**
     * The number of registrations in the table, after all steps.
     *
     * @leaks nothing beyond the pass's own: the caller tells the number
     */
    long records() {
      return total[BucketKernel.RECORDS];
    }
  }

  /**
   * Sends a batch to the slots of its bins.
   *
   * @leaks the size of the batch
   */
  Routed route(UpdateBatch batch) {
    Workspace work = workspace(BinPlan.paddedSize(batch.size));
    Routing routing = work.routing;
    long[] valueHi = routing.slots.valueHi();
    long[] valueLo = routing.slots.valueLo();
    load(batch, work);
    context
        .kernels()
        .layers()
        .encrypt(buckets.cipher, routing.tagHi, routing.tagLo, PAD, PAD + routing.plan.queries());
    routing.sort();
    routing.carrySorted(valueHi, valueLo, work.order);
    settleDuplicates(routing, valueHi, valueLo, work.order);
    routing.toBins();
    routing.carryToBins(valueHi, valueLo);
    routing.clearEmptySlots(valueHi, valueLo);
    gatherInserts(work);
    return new Routed(work);
  }

  private Workspace workspace(int queries) {
    int log = Integer.numberOfTrailingZeros(queries);
    Workspace known = workspaces[log];
    if (known != null) {
      return known;
    }
    BinPlan plan = BinPlan.forUpdate(queries, buckets.geometry);
    Workspace fresh = new Workspace(new Routing(plan, context), context.kernels().layers());
    workspaces[log] = fresh;
    return fresh;
  }

  /** Entries, then deletions of keys that nobody uses. */
  private static void load(UpdateBatch batch, Workspace work) {
    work.routing.fillWithDummies();
    BinSlots slots = work.routing.slots;
    int end = PAD + work.routing.plan.queries();
    for (int i = PAD; i < end; i++) {
      slots.valueHi()[i] = 0;
      slots.valueLo()[i] = 0;
      work.order[i] = i;
    }
    System.arraycopy(batch.keyHi, 0, slots.tagHi(), PAD, batch.size);
    System.arraycopy(batch.keyLo, 0, slots.tagLo(), PAD, batch.size);
    System.arraycopy(batch.valueHi, 0, slots.valueHi(), PAD, batch.size);
    System.arraycopy(batch.valueLo, 0, slots.valueLo(), PAD, batch.size);
  }

  /** Gives the first of each group of equal tags the value that came last in the batch. */
  private static void settleDuplicates(
      Routing routing, long[] valueHi, long[] valueLo, long[] order) {
    for (int i = routing.plan.queries() - 2; i >= 0; i--) {
      int mine = PAD + i;
      int next = mine + 1;
      long replaced = routing.duplicate(i + 1) & below(order[mine], order[next]);
      order[mine] = select(replaced, order[next], order[mine]);
      valueHi[mine] = select(replaced, valueHi[next], valueHi[mine]);
      valueLo[mine] = select(replaced, valueLo[next], valueLo[mine]);
    }
  }

  /** Packs the entries that carry a value to the front of their bins; the tags stay as they are. */
  private static void gatherInserts(Workspace work) {
    BinPlan plan = work.routing.plan;
    BinSlots inserts = work.inserts;
    long[][] columns = {inserts.tagHi(), inserts.tagLo(), inserts.valueHi(), inserts.valueLo()};
    System.arraycopy(work.routing.tagHi, 0, inserts.tagHi(), 0, inserts.tagHi().length);
    System.arraycopy(work.routing.tagLo, 0, inserts.tagLo(), 0, inserts.tagLo().length);
    for (int bin = 0; bin < plan.bins(); bin++) {
      long skipped = 0;
      for (int slot = inserts.first(bin); slot < inserts.first(bin + 1); slot++) {
        long insert = nonZero(inserts.valueHi()[slot] | inserts.valueLo()[slot]);
        work.distance[slot] = skipped & insert;
        skipped -= ~insert;
      }
      work.counts[bin] = plan.slotsPerBin() - skipped;
    }
    work.gathering.decide(work.distance);
    for (long[] column : columns) {
      work.gathering.forward(column);
      clearBehind(column, work);
    }
  }

  private static void clearBehind(long[] column, Workspace work) {
    for (int bin = 0; bin < work.counts.length; bin++) {
      int first = work.inserts.first(bin);
      for (int s = 0; s < work.inserts.perBin(); s++) {
        column[first + s] &= below(s, work.counts[bin]);
      }
    }
  }
}
