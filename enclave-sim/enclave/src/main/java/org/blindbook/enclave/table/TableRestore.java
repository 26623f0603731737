package org.blindbook.enclave.table;

import java.nio.ByteBuffer;
import org.blindbook.enclave.oblivious.Speck128;
import org.jspecify.annotations.Nullable;

/**
 * Builds a table from the chunks of a {@link TableImage}, given in order. Who wrote them is for the
 * seal to say; here lengths, order and totals are checked.
 */
public final class TableRestore {
  private final TableContext context;
  private @Nullable Buckets buckets;
  private long expectedRecords;
  private long records;
  private long nextBlock;

  TableRestore(TableContext context) {
    this.context = context;
  }

  /**
   * Takes the next chunk. After an exception this object is of no more use.
   *
   * @leaks the capacity, and whether the image is one
   */
  public void add(byte[] chunk) throws TableImageException {
    Buckets target = buckets;
    if (target == null) {
      buckets = readHeader(chunk);
      return;
    }
    int blocks = (int) Math.min(TableImage.CHUNK_BLOCKS, target.blocks() - nextBlock);
    if (blocks == 0 || chunk.length != blocks * TableImage.BLOCK_BYTES) {
      throw new TableImageException("A chunk of the table image has the wrong length.");
    }
    target.read(nextBlock, blocks, ByteBuffer.wrap(chunk));
    records += target.records(nextBlock, blocks);
    nextBlock += blocks;
  }

  private Buckets readHeader(byte[] chunk) throws TableImageException {
    ByteBuffer in = ByteBuffer.wrap(chunk);
    if (chunk.length != TableImage.HEADER_BYTES || in.getLong() != TableImage.MAGIC) {
      throw new TableImageException("This is not a table image of this version.");
    }
    long capacity = in.getLong();
    expectedRecords = in.getLong();
    Geometry geometry;
    try {
      geometry = Geometry.ofCapacity(capacity);
    } catch (IllegalArgumentException e) {
      throw new TableImageException("The table image states a capacity that no table has.");
    }
    if (geometry.bytes() > context.memoryBudget()) {
      throw new TableImageException(
          "The table image needs more memory than the enclave has: give it a larger heap.");
    }
    long[] hashKey = new long[Speck128.KEY_WORDS];
    in.asLongBuffer().get(hashKey);
    return new Buckets(geometry, hashKey);
  }

  /**
   * The table, after the last chunk.
   *
   * @throws TableImageException when chunks are missing or the number of records is not the stated
   *     one
   * @leaks whether the image is whole
   */
  public ObliviousTable finish() throws TableImageException {
    Buckets complete = buckets;
    if (complete == null || nextBlock != complete.blocks()) {
      throw new TableImageException("The table image ends too early.");
    }
    if (records != expectedRecords || records > complete.geometry.capacity()) {
      throw new TableImageException("The table image does not hold the records it states.");
    }
    buckets = null;
    return new ObliviousTable(context, complete, records);
  }
}
