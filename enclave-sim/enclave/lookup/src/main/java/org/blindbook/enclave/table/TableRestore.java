package org.blindbook.enclave.table;

import java.nio.ByteBuffer;
import java.nio.LongBuffer;
import java.util.Objects;
import org.blindbook.enclave.oblivious.Speck128;
import org.jspecify.annotations.Nullable;

/**
 * Builds a table from the chunks of a {@link TableImage}. That they are all of one image, and in
 * order, is for the seal to say.
 */
public final class TableRestore {
  private final TableContext context;
  private @Nullable Buckets buckets;
  private long records;
  private long nextBlock;

  /**
   * @param context of the table
   */
  public TableRestore(TableContext context) {
    this.context = context;
  }

  /**
   * Takes the next chunk.
   *
   * @throws TableFullException when the table needs more memory than there is
   * @throws IllegalArgumentException when the image has another layout than this version's
   * @leaks the capacity, and whether the image is one
   */
  public void add(byte[] chunk) throws TableFullException {
    LongBuffer in = ByteBuffer.wrap(chunk).asLongBuffer();
    if (buckets == null) {
      buckets = readHeader(in);
    } else {
      buckets.read(nextBlock, in);
      nextBlock += chunk.length / TableImage.BLOCK_BYTES;
    }
  }

  private Buckets readHeader(LongBuffer in) throws TableFullException {
    if (in.get() != TableImage.MAGIC) {
      throw new IllegalArgumentException("this is not a table image of this version");
    }
    Geometry geometry = Geometry.holding(in.get());
    if (geometry.bytes() > context.memoryBudget()) {
      throw new TableFullException(geometry.capacity());
    }
    records = in.get();
    long[] hashKey = new long[Speck128.KEY_WORDS];
    in.get(hashKey);
    return new Buckets(geometry, hashKey);
  }

  /**
   * The table, after the last chunk.
   *
   * @leaks nothing
   */
  public ObliviousTable finish() {
    return new ObliviousTable(context, Objects.requireNonNull(buckets), records);
  }
}
