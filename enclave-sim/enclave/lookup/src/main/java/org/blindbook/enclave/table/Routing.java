package org.blindbook.enclave.table;

import static org.blindbook.enclave.constanttime.Masks.below;
import static org.blindbook.enclave.constanttime.Masks.equal;
import static org.blindbook.enclave.constanttime.Masks.select;
import static org.blindbook.enclave.oblivious.LayerKernel.PAD;

import java.util.Arrays;
import org.blindbook.enclave.oblivious.Compaction;
import org.blindbook.enclave.oblivious.Distribution;
import org.blindbook.enclave.oblivious.FailStop;
import org.blindbook.enclave.oblivious.LayerKernel;
import org.blindbook.enclave.oblivious.RandomSource;
import org.blindbook.enclave.oblivious.SortingNetwork;

/**
 * The way of a batch to the bins and back: sort by tag, drop duplicates, spread over P bins of c
 * slots. Everything runs at fixed positions; what the networks decided is kept, so that other
 * columns can follow, and values return to where their queries came from.
 *
 * <p>A column is an array with a query per element before routing and a bin slot per element after
 * it, with {@link LayerKernel#PAD} spare elements at both ends. Instances are reused from batch to
 * batch.
 *
 * @leaks the plan. An overflow of a bin ends the process; its probability is below 2<sup>-64</sup>
 *     because tags are distinct and keyed
 */
final class Routing {
  final BinPlan plan;

  /**
   * The batch's tags; after {@link #toBins} those in each slot. Empty slots hold anything until
   * {@link #clearEmptySlots}.
   */
  final long[] tagHi;

  final long[] tagLo;

  /** These tags with columns of values, for the kernels. */
  final BinSlots slots;

  private final RandomSource random;
  private final Workers workers;
  private final FailStop failStop;
  private final SortingNetwork sorting;
  private final Compaction compaction;
  private final Distribution distribution;
  private final long[] duplicate;
  private final long[] distance;
  private long distinct;

  Routing(BinPlan plan, TableContext context) {
    LayerKernel kernel = context.kernels().layers();
    this.plan = plan;
    this.random = context.random();
    this.workers = context.workers();
    this.failStop = context.failStop();
    this.sorting = new SortingNetwork(kernel, plan.queries());
    this.compaction = new Compaction(kernel, plan.queries());
    this.distribution = new Distribution(kernel, plan.queries(), plan.slots());
    this.tagHi = newColumn();
    this.tagLo = newColumn();
    this.slots = new BinSlots(plan.slotsPerBin(), tagHi, tagLo, newColumn(), newColumn());
    this.duplicate = newColumn();
    this.distance = newColumn();
  }

  /**
   * @leaks nothing: works on public sizes only
   */
  long[] newColumn() {
    return new long[PAD + plan.slots() + PAD];
  }

  /**
   * Fills the batch with keys that nobody uses: a fresh random number plus a counter. They need not
   * look random, only be distinct: the table's keyed permutation spreads them like any keys. One
   * meets a given key with probability 2<sup>-128</sup>.
   *
   * @leaks the plan
   */
  void fillWithDummies() {
    long[] base = new long[2];
    random.fill(base);
    for (int i = 0; i < plan.queries(); i++) {
      tagHi[PAD + i] = base[0];
      tagLo[PAD + i] = base[1] + i;
    }
  }

  /**
   * Sorts the tags and marks all but the first of equal ones.
   *
   * @leaks the plan
   */
  void sort() {
    sorting.sort(tagHi, tagLo);
    for (int i = PAD + 1; i < PAD + plan.queries(); i++) {
      duplicate[i] = equal(tagHi[i], tagHi[i - 1]) & equal(tagLo[i], tagLo[i - 1]);
    }
  }

  /** One network, one direction, for one column. An interface of ours: a check can follow it. */
  @FunctionalInterface
  private interface Carrier {
    void carry(long[] column);
  }

  private void forEach(Carrier carrier, long[]... columns) {
    workers.split(
        columns.length,
        2L * columns.length * plan.slots(), // about 16 layers of 8 lanes
        (part, from, to) -> {
          for (int i = from; i < to; i++) {
            carrier.carry(columns[i]);
          }
        });
  }

  /**
   * Brings other columns into the order of the tags.
   *
   * @leaks the plan
   */
  void carrySorted(long[]... columns) {
    forEach(sorting::forward, columns);
  }

  /**
   * All ones for an element of the sorted batch whose tag is that of the element before it.
   *
   * @leaks the index
   */
  long duplicate(int i) {
    return duplicate[PAD + i];
  }

  /**
   * Sends the first of each group of equal tags to a slot of its bin.
   *
   * @leaks the plan, or that a bin overflows
   */
  void toBins() {
    compact();
    rank();
    distribution.decide(distance);
    forEach(distribution::forward, tagHi, tagLo);
  }

  private void compact() {
    Arrays.fill(distance, 0);
    long dropped = 0;
    for (int i = PAD; i < PAD + plan.queries(); i++) {
      distance[i] = dropped & ~duplicate[i];
      dropped -= duplicate[i];
    }
    distinct = plan.queries() - dropped;
    compaction.decide(distance);
    compaction.forward(tagHi);
    compaction.forward(tagLo);
  }

  /** Turns the order within each bin into the distance to a slot. */
  private void rank() {
    int shift = 64 - plan.logBins();
    long slots = plan.slotsPerBin();
    long previous = -1;
    long rank = 0;
    long overflow = 0;
    for (int i = 0; i < plan.queries(); i++) {
      long present = below(i, distinct);
      long bin = tagHi[PAD + i] >>> shift;
      rank = (rank + 1) & equal(bin, previous);
      previous = bin;
      overflow |= ~below(rank, slots) & present;
      distance[PAD + i] = ((bin * slots + rank - i) | Distribution.PRESENT) & present;
    }
    if (overflow != 0) {
      failStop.halt();
    }
  }

  /**
   * Sends other columns, already in the order of the tags, to the slots.
   *
   * @leaks the plan
   */
  void carryToBins(long[]... columns) {
    forEach(
        column -> {
          compaction.forward(column);
          distribution.forward(column);
        },
        columns);
  }

  /**
   * Slots where nothing arrived get a tag whose first bits name another bin, so that it meets no
   * record, and zeros in the other columns.
   *
   * @leaks the plan
   */
  void clearEmptySlots(long[]... columns) {
    for (int bin = 0; bin < plan.bins(); bin++) {
      long foreign = ~((long) bin << (64 - plan.logBins()));
      int first = PAD + bin * plan.slotsPerBin();
      for (int slot = first; slot < first + plan.slotsPerBin(); slot++) {
        tagHi[slot] = select(present(slot), tagHi[slot], foreign);
      }
    }
    clear(tagLo);
    for (long[] column : columns) {
      clear(column);
    }
  }

  private void clear(long[] column) {
    for (int slot = PAD; slot < PAD + plan.slots(); slot++) {
      column[slot] &= present(slot);
    }
  }

  /** All ones when a query arrived in the slot. */
  private long present(int slot) {
    return distance[slot] >> 63;
  }

  /**
   * Brings columns from the slots back to the batch's first order; duplicates get copies.
   *
   * @leaks the plan
   */
  void carryBack(long[]... columns) {
    forEach(this::carryColumnBack, columns);
  }

  private void carryColumnBack(long[] column) {
    distribution.backward(column);
    compaction.backward(column);
    for (int i = PAD + 1; i < PAD + plan.queries(); i++) {
      column[i] = select(duplicate[i], column[i - 1], column[i]);
    }
    sorting.backward(column);
  }
}
