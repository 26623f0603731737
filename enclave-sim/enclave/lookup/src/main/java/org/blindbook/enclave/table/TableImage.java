package org.blindbook.enclave.table;

import java.nio.ByteBuffer;
import org.blindbook.enclave.oblivious.Speck128;

/**
 * A table as bytes, in chunks that a caller seals one by one. Not encrypted: it holds the hash key
 * and every record, and must leave the enclave sealed only.
 *
 * <p>Chunk 0 is the header: magic, capacity, records, hash key, as big-endian longs. Then all slots
 * in storage order, {@value #CHUNK_BYTES} bytes a chunk, the last one shorter. Sizes depend on the
 * capacity only.
 */
public final class TableImage {
  /** Length of every chunk but the first and the last. */
  public static final int CHUNK_BYTES = 1 << 20;

  /** "BBTABLE" and the version of this layout. */
  static final long MAGIC = 0x42425441424c4501L;

  static final int HEADER_BYTES = (3 + Speck128.KEY_WORDS) * Long.BYTES;
  static final int BLOCK_BYTES = Buckets.BLOCK_LONGS * Long.BYTES;
  static final int CHUNK_BLOCKS = CHUNK_BYTES / BLOCK_BYTES;

  private final ObliviousTable table;
  private final Buckets buckets;
  private final long records;
  private final long changes;

  TableImage(ObliviousTable table, Buckets buckets, long records) {
    this.table = table;
    this.buckets = buckets;
    this.records = records;
    this.changes = table.changes;
  }

  /**
   * False once the table has changed: start again with a new image.
   *
   * @leaks that the table was changed
   */
  public boolean isCurrent() {
    return table.changes == changes;
  }

  /**
   * Chunks before the end.
   *
   * @leaks the capacity
   */
  public int chunks() {
    return 1 + Math.toIntExact((buckets.blocks() + CHUNK_BLOCKS - 1) / CHUNK_BLOCKS);
  }

  /**
   * One chunk.
   *
   * @param index below {@link #chunks}; the image is current
   * @leaks the index and the capacity
   */
  public byte[] chunk(int index) {
    if (index == 0) {
      ByteBuffer header = ByteBuffer.allocate(HEADER_BYTES);
      long capacity = buckets.geometry.capacity();
      header.asLongBuffer().put(MAGIC).put(capacity).put(records).put(buckets.hashKey());
      return header.array();
    }
    long first = (long) (index - 1) * CHUNK_BLOCKS;
    int blocks = (int) Math.min(CHUNK_BLOCKS, buckets.blocks() - first);
    ByteBuffer slots = ByteBuffer.allocate(blocks * BLOCK_BYTES);
    buckets.write(first, slots.asLongBuffer());
    return slots.array();
  }
}
