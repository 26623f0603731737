package org.blindbook.enclave.table;

/**
 * Moves all records to larger buckets with a fresh hash key. Old slots, full or empty, are read in
 * storage order and fed through update passes, so nothing about where records were or where they go
 * is told. Empty slots carry tag and value zero: they become deletions of one key, duplicates of
 * each other. Done in steps of one pass each; the old buckets are only read and keep answering.
 *
 * @leaks both geometries
 */
final class Growth {
  private final Buckets old;
  private final UpdatePass into;
  private final UpdateBatch batch;
  private long nextBlock;
  private long records;

  Growth(TableContext context, Buckets old, Buckets next) {
    this.old = old;
    this.into = new UpdatePass(context, next);
    this.batch =
        new UpdateBatch((int) Math.min(UpdateBatch.MAX_SIZE, old.blocks() * Buckets.BLOCK));
  }

  boolean done() {
    return nextBlock == old.blocks();
  }

  /** Feeds the next slots. A short last step repeats what is left in the batch: no change. */
  void step() {
    int blocks = (int) Math.min(batch.size / Buckets.BLOCK, old.blocks() - nextBlock);
    for (int i = 0; i < blocks; i++) {
      old.copyBlock(nextBlock + i, batch, i * Buckets.BLOCK);
    }
    old.cipher.decrypt(batch.keyHi, batch.keyLo, 0, blocks * Buckets.BLOCK);
    records = into.route(batch).apply();
    nextBlock += blocks;
  }

  /** Records moved so far. */
  long records() {
    return records;
  }

  void wipe() {
    batch.wipe();
  }
}
