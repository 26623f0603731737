package org.blindbook.enclave.table;

/**
 * Moves all records to larger buckets with a fresh hash key. Old slots, full or empty, are read in
 * storage order and fed through update passes, so nothing about where records were or where they go
 * is told. Empty slots carry tag and value zero: they become deletions of one key, duplicates of
 * each other.
 *
 * <p>Done in steps of one pass each, between which the old buckets answer and change. Every change
 * is made to both: a record that moves within its old bucket, from slots not yet read to slots
 * already read, is new on the other side by that change itself.
 *
 * @leaks both geometries
 */
final class Growth {
  private final Buckets old;
  private final Buckets next;
  private final UpdatePass into;
  private long nextBlock;

  Growth(TableContext context, Buckets old, Geometry geometry) {
    this.old = old;
    this.next = Buckets.create(geometry, context.random());
    this.into = new UpdatePass(context, next);
  }

  /**
   * Begins to make a change of the old buckets to the new ones too.
   *
   * @leaks the size of the batch
   */
  UpdatePass.Routed apply(UpdateBatch batch) {
    return into.route(batch);
  }

  /**
   * Whether all slots were fed, the last perhaps not yet applied.
   *
   * @leaks how far the growth is
   */
  boolean fedAll() {
    return nextBlock == old.blocks();
  }

  /**
   * Begins to feed the next slots.
   *
   * @leaks how far the growth is
   */
  UpdatePass.Routed feed() {
    int most = UpdateBatch.MAX_SIZE / Buckets.BLOCK;
    int blocks = (int) Math.min(most, old.blocks() - nextBlock);
    UpdateBatch batch = new UpdateBatch(blocks * Buckets.BLOCK);
    for (int i = 0; i < blocks; i++) {
      old.copyBlock(nextBlock + i, batch, i * Buckets.BLOCK);
    }
    old.cipher.decrypt(batch.keyHi, batch.keyLo, 0, batch.size);
    UpdatePass.Routed routed = into.route(batch);
    batch.wipe();
    nextBlock += blocks;
    return routed;
  }

  /**
   * The new buckets; they hold all records once the last slots are applied.
   *
   * @leaks nothing
   */
  Buckets next() {
    return next;
  }
}
