package org.blindbook.enclave.table;

import org.jspecify.annotations.Nullable;

/**
 * A map from 128-bit keys to 128-bit values other than zero that does not tell, to somebody who
 * sees every memory address and branch, what is looked up, what is found, or where anything is
 * stored.
 *
 * <p>Work is done in batches: one pass over the whole memory answers up to {@value
 * LookupBatch#MAX_SIZE} queries, or applies as many changes. A pass costs the same whoever asks, so
 * the more queries meet in one, the cheaper each.
 *
 * <p>Public: the capacity, the number of records, and the size and time of every batch. Answers are
 * exact; the events in which one could not be given have probability below 2<sup>-64</sup> a batch,
 * and end the process ({@code docs/oblivious-table.md}).
 *
 * <p>One thread calls a table at a time. A table grows inside {@link #update}, some of it with each
 * change, or inside {@link #reserve}, and needs memory for both sizes until it is done.
 */
public final class ObliviousTable {
  /** What it was made with. */
  public final TableContext context;

  Buckets buckets;
  LookupPass lookups;
  private UpdatePass updates;
  private @Nullable Growth growth;
  private long records;
  private long reserved;

  /** How often the memory changed. */
  long changes;

  /**
   * An empty table of the smallest capacity.
   *
   * @leaks nothing
   */
  public static ObliviousTable create(TableContext context) {
    Geometry geometry = Geometry.holding(0);
    return new ObliviousTable(context, Buckets.create(geometry, context.random()), 0);
  }

  ObliviousTable(TableContext context, Buckets buckets, long records) {
    this.context = context;
    this.buckets = buckets;
    this.records = records;
    this.lookups = new LookupPass(context, buckets);
    this.updates = new UpdatePass(context, buckets);
  }

  /**
   * Answers every query of the batch in place.
   *
   * @leaks the size of the batch
   */
  public void lookup(LookupBatch batch) {
    lookups.run(batch);
  }

  /**
   * Applies every change of the batch.
   *
   * @throws TableFullException when the records after it exceed the capacity and the memory for a
   *     larger table is not there; the table is unchanged
   * @leaks the size of the batch, and the number of records before and after
   */
  public void update(UpdateBatch batch) throws TableFullException {
    for (Updating updating = begin(batch); updating.step(); ) {}
  }

  /**
   * Begins to apply a batch. Until it is done only {@link #lookup} may be called: it finds some of
   * the changes already. From fifteen sixteenths of the capacity on some of the records move to a
   * larger table on the way, if there is memory for one, so that the change that fills the table
   * does not have to wait for all of them.
   *
   * @throws TableFullException as {@link #update}
   * @leaks as {@link #update}
   */
  public Updating begin(UpdateBatch batch) throws TableFullException {
    UpdatePass.Routed routed = updates.route(batch);
    // Only a batch that might not fit is counted exactly: that costs a pass.
    if (records + batch.size > capacity()) {
      long after = records + routed.change();
      if (after > capacity()) {
        growNow(after);
        routed = updates.route(batch);
      }
    }
    changes++;
    return new Updating(batch, routed);
  }

  /** An update on its way, in steps of some milliseconds. */
  public final class Updating {
    private final UpdateBatch batch;
    private UpdatePass.Routed pass;
    private boolean serving = true; // the pass is over the table that serves
    private long toFeed;

    private Updating(UpdateBatch batch, UpdatePass.Routed pass) {
      this.batch = batch;
      this.pass = pass;
      // 32 old slots for each change: all of them before the last sixteenth is used up.
      this.toFeed = 32L * batch.size;
    }

    /**
     * Does the next step; false when it was the last.
     *
     * @leaks how far the update is, and the number of registrations after it
     */
    public boolean step() {
      if (pass.step()) {
        return true;
      }
      if (serving) {
        serving = false;
        records = pass.records();
        if (growth != null) {
          pass = growth.apply(batch);
          return true;
        }
        beginToGrow();
      }
      Growth running = growth;
      if (running == null) {
        return false;
      }
      if (running.fedAll()) {
        replaceWith(running.next());
        return false;
      }
      if (toFeed <= 0) {
        return false;
      }
      toFeed -= UpdateBatch.MAX_SIZE;
      pass = running.feed();
      return true;
    }
  }

  /** Begins to grow when it is time, after a change that the old buckets have already seen. */
  private void beginToGrow() {
    if (records > Math.max(reserved, capacity() / 16 * 15) && fits(capacity() + 1)) {
      growth = new Growth(context, buckets, Geometry.holding(capacity() + 1));
    }
  }

  /**
   * Grows now, once, so that the table takes this many records in all without growing again.
   *
   * @throws TableFullException when the memory for that is not there; the table is unchanged
   * @leaks the total, and whether it fits
   */
  public void reserve(long total) throws TableFullException {
    if (total > capacity()) {
      growNow(total);
    }
    reserved = Math.max(reserved, total);
  }

  private void growNow(long total) throws TableFullException {
    Growth running = growth;
    if (running == null || running.next().geometry.capacity() < total) {
      if (!fits(total)) {
        throw new TableFullException(total);
      }
      if (running != null) {
        running.next().wipe();
        growth = null;
      }
      running = new Growth(context, buckets, Geometry.holding(total));
    }
    while (!running.fedAll()) {
      for (UpdatePass.Routed pass = running.feed(); pass.step(); ) {}
    }
    replaceWith(running.next());
  }

  private boolean fits(long total) {
    return total <= Geometry.MAX_CAPACITY
        && Geometry.holding(total).bytes() + buckets.geometry.bytes() <= context.memoryBudget();
  }

  private void replaceWith(Buckets larger) {
    changes++;
    growth = null;
    buckets.wipe();
    buckets = larger;
    lookups = new LookupPass(context, larger);
    updates = new UpdatePass(context, larger);
  }

  /**
   * Keys present.
   *
   * @leaks the number of registrations, which is public
   */
  public long records() {
    return records;
  }

  /**
   * Keys the table takes before it grows.
   *
   * @leaks the capacity, which is public
   */
  public long capacity() {
    return buckets.geometry.capacity();
  }

  /**
   * The table's memory for sealing: good until the next {@link #update} or {@link #reserve}.
   * Lookups do not change it.
   *
   * @leaks nothing
   */
  public TableImage image() {
    return new TableImage(this, buckets, records);
  }
}
