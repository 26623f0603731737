package org.blindbook.server.registrations;

import static org.blindbook.protocol.lookup.Update.ENTRY_BYTES;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.Arrays;
import org.apache.commons.codec.digest.DigestUtils;

/**
 * Registrations and deletions on their way into a {@link RegistrationStore}, in order: of several
 * entries for one key the last counts. Reused after {@link #clear}.
 *
 * <p>Entries lie one after the other as in {@link org.blindbook.protocol.lookup.Update}: key, then
 * account, zeros for a deletion. A million of them take 32 MB, and no object each.
 */
public final class RegistrationBatch {
  public static final int KEY_BYTES = 16;
  public static final int ACCOUNT_BYTES = 16;

  /** Entries a batch holds at most. */
  public static final int MAX_ENTRIES = 1 << 20;

  private static final byte[] NO_ACCOUNT = new byte[ACCOUNT_BYTES];
  private static final int INDEX_BITS = 20;

  private byte[] entries = new byte[1024 * ENTRY_BYTES];
  private int size;

  public int size() {
    return size;
  }

  public boolean isFull() {
    return size == MAX_ENTRIES;
  }

  public void clear() {
    size = 0;
  }

  /**
   * @throws IllegalArgumentException on another length, or for an account of zeros, which means
   *     nobody
   */
  public void register(byte[] key, byte[] account) {
    if (account.length != ACCOUNT_BYTES || Arrays.equals(account, NO_ACCOUNT)) {
      throw new IllegalArgumentException("an account is 16 bytes, not all zero");
    }
    add(key, account);
  }

  /** Unregisters whoever has this key. */
  public void delete(byte[] key) {
    add(key, NO_ACCOUNT);
  }

  private void add(byte[] key, byte[] account) {
    if (key.length != KEY_BYTES) {
      throw new IllegalArgumentException("a lookup key is 16 bytes");
    }
    if (isFull()) {
      throw new IllegalStateException("the batch is full");
    }
    int at = size * ENTRY_BYTES;
    if (at == entries.length) {
      entries = Arrays.copyOf(entries, Math.min(2 * at, MAX_ENTRIES * ENTRY_BYTES));
    }
    System.arraycopy(key, 0, entries, at, KEY_BYTES);
    System.arraycopy(account, 0, entries, at + KEY_BYTES, ACCOUNT_BYTES);
    size++;
  }

  /**
   * Where the entries that count begin in {@link #entries}, in the order of their keys: the store's
   * index is written front to back that way, three times faster than in the order of a file.
   */
  int[] sortedOffsets() {
    // The first 43 bits of the key above the position: one primitive sort, stable by position.
    long[] order = new long[size];
    ByteBuffer keys = ByteBuffer.wrap(entries);
    for (int i = 0; i < size; i++) {
      order[i] = keys.getLong(i * ENTRY_BYTES) >>> (INDEX_BITS + 1) << INDEX_BITS | i;
    }
    Arrays.sort(order);
    sortByWholeKeys(order);
    int[] offsets = new int[size];
    int kept = 0;
    for (int i = 0; i < size; i++) {
      if (i + 1 == size || compareKeys(offset(order[i]), entries, offset(order[i + 1])) != 0) {
        offsets[kept++] = offset(order[i]);
      }
    }
    return Arrays.copyOf(offsets, kept);
  }

  /** Digests seldom share their first bits; keys that others chose may all do so. */
  private void sortByWholeKeys(long[] order) {
    int from = 0;
    for (int i = 1; i <= size; i++) {
      if (i == size || order[i] >>> INDEX_BITS != order[from] >>> INDEX_BITS) {
        if (i - from > 1) {
          sortByWholeKeys(order, from, i);
        }
        from = i;
      }
    }
  }

  private void sortByWholeKeys(long[] order, int from, int to) {
    Long[] run = new Long[to - from];
    Arrays.setAll(run, i -> order[from + i]);
    Arrays.sort(run, (a, b) -> compareKeys(offset(a), entries, offset(b))); // stable by position
    for (int i = from; i < to; i++) {
      order[i] = run[i - from];
    }
  }

  /** How the key of an entry compares with another one, as unsigned bytes. */
  int compareKeys(int offset, byte[] others, int other) {
    return Arrays.compareUnsigned(
        entries, offset, offset + KEY_BYTES, others, other, other + KEY_BYTES);
  }

  private static int offset(long ordered) {
    return (int) (ordered & ((1 << INDEX_BITS) - 1)) * ENTRY_BYTES;
  }

  boolean isDeletion(int offset) {
    int account = offset + KEY_BYTES;
    return Arrays.equals(entries, account, account + ACCOUNT_BYTES, NO_ACCOUNT, 0, ACCOUNT_BYTES);
  }

  /** SHA-256 of the entries, in their order. */
  byte[] digest() {
    MessageDigest digest = DigestUtils.getSha256Digest();
    digest.update(entries, 0, size * ENTRY_BYTES);
    return digest.digest();
  }

  byte[] entries() {
    return entries;
  }
}
