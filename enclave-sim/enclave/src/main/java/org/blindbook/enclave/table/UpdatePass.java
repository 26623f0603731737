package org.blindbook.enclave.table;

import static org.blindbook.enclave.oblivious.LayerKernel.PAD;
import static org.blindbook.enclave.oblivious.Masks.below;
import static org.blindbook.enclave.oblivious.Masks.nonZero;
import static org.blindbook.enclave.oblivious.Masks.select;

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
  private final Dummies dummies;
  private final Workspace[] workspaces = new Workspace[32];

  UpdatePass(TableContext context, Buckets buckets) {
    this.context = context;
    this.buckets = buckets;
    this.dummies = new Dummies(context.random());
  }

  /** What a batch of one padded size works in. */
  private static final class Workspace {
    final Routing routing;
    final Compaction inserts;
    final long[] insertHi;
    final long[] insertLo;
    final long[] valueHi;
    final long[] valueLo;
    final long[] distance;

    /** Inserts of each bin. */
    final long[] counts;

    /** Position in the batch, while duplicates are settled. */
    final long[] order;

    Workspace(Routing routing, LayerKernel kernel) {
      BinPlan plan = routing.plan;
      this.routing = routing;
      this.inserts = new Compaction(kernel, plan.slots(), plan.slotsPerBin());
      this.insertHi = routing.newColumn();
      this.insertLo = routing.newColumn();
      this.distance = routing.newColumn();
      this.counts = new long[plan.bins()];
      this.valueHi = routing.newColumn();
      this.valueLo = routing.newColumn();
      this.order = routing.newColumn();
    }
  }

  /** A batch on its way: in the slots of its bins. Valid until the next call of {@link #route}. */
  final class Routed {
    private final Workspace work;
    private final long[] tally = new long[BucketKernel.TALLY];
    private int nextBucket;

    private Routed(Workspace work) {
      this.work = work;
    }

    /** By how much this would change the number of records; reads the whole table. */
    long change() {
      return UpdatePass.this.change(work);
    }

    /**
     * Changes the next buckets, {@value #STEP_SLOTS} slots of them. Until all are changed, lookups
     * find some of the changes; each key is in one bucket, so they find it before or after.
     *
     * @return whether there are more
     */
    boolean step() {
      int end =
          Math.min(
              work.routing.plan.bins(),
              nextBucket + 1 + STEP_SLOTS / buckets.geometry.bucketSlots());
      UpdatePass.this.apply(work, nextBucket, end, tally);
      nextBucket = end;
      return end < work.routing.plan.bins();
    }

    /** The number of records in the table, after all steps. */
    long records() {
      return tally[BucketKernel.RECORDS];
    }
  }

  Routed route(UpdateBatch batch) {
    Workspace work = workspace(BinPlan.paddedSize(batch.size));
    Routing routing = work.routing;
    int queries = routing.plan.queries();
    load(batch, work, queries);
    context
        .kernels()
        .layers()
        .encrypt(buckets.cipher, routing.tagHi, routing.tagLo, PAD, PAD + queries);
    routing.sort();
    routing.carrySorted(work.valueHi, work.valueLo, work.order);
    settleDuplicates(work);
    routing.toBins();
    routing.carryToBins(work.valueHi, work.valueLo);
    routing.clearEmptySlots(work.valueHi, work.valueLo);
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
  private void load(UpdateBatch batch, Workspace work, int queries) {
    dummies.renew();
    System.arraycopy(batch.keyHi, 0, work.routing.tagHi, PAD, batch.size);
    System.arraycopy(batch.keyLo, 0, work.routing.tagLo, PAD, batch.size);
    System.arraycopy(batch.valueHi, 0, work.valueHi, PAD, batch.size);
    System.arraycopy(batch.valueLo, 0, work.valueLo, PAD, batch.size);
    for (int i = 0; i < queries; i++) {
      work.order[PAD + i] = i;
    }
    for (int i = batch.size; i < queries; i++) {
      work.routing.tagHi[PAD + i] = dummies.hi();
      work.routing.tagLo[PAD + i] = dummies.lo(i);
      work.valueHi[PAD + i] = 0;
      work.valueLo[PAD + i] = 0;
    }
  }

  /** Gives the first of each group of equal tags the value that came last in the batch. */
  private static void settleDuplicates(Workspace work) {
    for (int i = work.routing.plan.queries() - 2; i >= 0; i--) {
      int mine = PAD + i;
      int next = mine + 1;
      long replaced = work.routing.duplicate(i + 1) & below(work.order[mine], work.order[next]);
      work.order[mine] = select(replaced, work.order[next], work.order[mine]);
      work.valueHi[mine] = select(replaced, work.valueHi[next], work.valueHi[mine]);
      work.valueLo[mine] = select(replaced, work.valueLo[next], work.valueLo[mine]);
    }
  }

  /** Packs the entries that carry a value to the front of their bins; the tags stay as they are. */
  private static void gatherInserts(Workspace work) {
    BinPlan plan = work.routing.plan;
    System.arraycopy(work.routing.tagHi, 0, work.insertHi, 0, work.insertHi.length);
    System.arraycopy(work.routing.tagLo, 0, work.insertLo, 0, work.insertLo.length);
    for (int bin = 0; bin < plan.bins(); bin++) {
      long skipped = 0;
      for (int s = 0; s < plan.slotsPerBin(); s++) {
        int slot = PAD + bin * plan.slotsPerBin() + s;
        long insert = nonZero(work.valueHi[slot] | work.valueLo[slot]);
        work.distance[slot] = skipped & insert;
        skipped -= ~insert;
      }
      work.counts[bin] = plan.slotsPerBin() - skipped;
    }
    work.inserts.decide(work.distance);
    work.inserts.forward(work.insertHi);
    work.inserts.forward(work.insertLo);
    work.inserts.forward(work.valueHi);
    work.inserts.forward(work.valueLo);
    for (int bin = 0; bin < plan.bins(); bin++) {
      for (int s = 0; s < plan.slotsPerBin(); s++) {
        int slot = PAD + bin * plan.slotsPerBin() + s;
        long packed = below(s, work.counts[bin]);
        work.insertHi[slot] &= packed;
        work.insertLo[slot] &= packed;
        work.valueHi[slot] &= packed;
        work.valueLo[slot] &= packed;
      }
    }
  }

  private long change(Workspace work) {
    long[] foundHi = work.routing.newColumn();
    long[] foundLo = work.routing.newColumn();
    BinPlan plan = work.routing.plan;
    for (int bucket = 0; bucket < plan.bins(); bucket++) {
      int from = buckets.offset(bucket);
      context
          .kernels()
          .buckets()
          .match(
              buckets.segment(bucket),
              from,
              from + buckets.bucketLongs(),
              work.routing.tagHi,
              work.routing.tagLo,
              foundHi,
              foundLo,
              PAD + bucket * plan.slotsPerBin(),
              plan.slotsPerBin());
    }
    long change = 0;
    for (int slot = PAD; slot < PAD + plan.slots(); slot++) {
      change += nonZero(foundHi[slot] | foundLo[slot]);
      change -= nonZero(work.valueHi[slot] | work.valueLo[slot]);
    }
    return change;
  }

  private void apply(Workspace work, int firstBucket, int endBucket, long[] total) {
    int count = endBucket - firstBucket;
    long steps =
        (long) count
            * buckets.geometry.bucketSlots()
            * (work.routing.plan.slotsPerBin() / BinPlan.SLOT_STEP);
    context
        .workers()
        .split(
            count,
            steps,
            (part, from, to) -> {
              long[] tally = new long[BucketKernel.TALLY];
              sweep(work, firstBucket + from, firstBucket + to, tally);
              synchronized (total) {
                total[BucketKernel.RECORDS] += tally[BucketKernel.RECORDS];
                total[BucketKernel.LOST] |= tally[BucketKernel.LOST];
              }
            });
    if (total[BucketKernel.LOST] != 0) {
      context.failStop().halt();
    }
  }

  private void sweep(Workspace work, int firstBucket, int endBucket, long[] tally) {
    int slots = work.routing.plan.slotsPerBin();
    BucketKernel kernel = context.kernels().buckets();
    for (int bucket = firstBucket; bucket < endBucket; bucket++) {
      int from = buckets.offset(bucket);
      kernel.apply(
          buckets.segment(bucket),
          from,
          from + buckets.bucketLongs(),
          work.routing.tagHi,
          work.routing.tagLo,
          work.insertHi,
          work.insertLo,
          work.valueHi,
          work.valueLo,
          PAD + bucket * slots,
          slots,
          tally);
    }
  }
}
