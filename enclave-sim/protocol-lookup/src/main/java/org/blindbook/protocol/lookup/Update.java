package org.blindbook.protocol.lookup;

import java.nio.ByteBuffer;
import org.blindbook.protocol.calls.CallError;
import org.blindbook.protocol.calls.CallException;

/**
 * Registrations and deletions, in order. The host supplies them in clear; where they go in the
 * table stays hidden from it.
 *
 * <p>Layout: {@code sequence u64}, {@code count u32}, then per entry the 16-byte lookup key and the
 * 16-byte account. An all-zero account deletes the key. Integers are big-endian.
 */
public final class Update {
  public static final int ENTRY_BYTES = 32;

  /** Entries one call may carry. */
  public static final int MAX_ENTRIES = 32_768;

  public static final int HEADER_BYTES = 12;

  private final long sequence;
  private final byte[] entries;

  /**
   * @param sequence the store's sequence number that the table has reached once this is applied
   * @param entries {@value #ENTRY_BYTES} bytes each, at most {@value #MAX_ENTRIES}
   */
  public Update(long sequence, byte[] entries) {
    if (entries.length % ENTRY_BYTES != 0 || entries.length > MAX_ENTRIES * ENTRY_BYTES) {
      throw new IllegalArgumentException("an update holds 0 to " + MAX_ENTRIES + " whole entries");
    }
    this.sequence = sequence;
    this.entries = entries;
  }

  public long sequence() {
    return sequence;
  }

  public int count() {
    return entries.length / ENTRY_BYTES;
  }

  /** The entries, one after the other: key, then account. Not a copy. */
  public byte[] entries() {
    return entries;
  }

  /**
   * @throws CallException {@link CallError#BAD_CALL} unless the bytes are exactly one update
   */
  public static Update decode(byte[] bytes) throws CallException {
    ByteBuffer in = ByteBuffer.wrap(bytes);
    if (bytes.length < HEADER_BYTES) {
      throw new CallException(CallError.BAD_CALL);
    }
    long sequence = in.getLong();
    int count = in.getInt();
    if (count < 0 || count > MAX_ENTRIES || in.remaining() != count * ENTRY_BYTES) {
      throw new CallException(CallError.BAD_CALL);
    }
    byte[] entries = new byte[in.remaining()];
    in.get(entries);
    return new Update(sequence, entries);
  }
}
