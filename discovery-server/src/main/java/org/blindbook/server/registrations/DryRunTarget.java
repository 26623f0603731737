package org.blindbook.server.registrations;

import static org.blindbook.protocol.lookup.Update.ENTRY_BYTES;
import static org.blindbook.server.registrations.RegistrationBatch.ACCOUNT_BYTES;
import static org.blindbook.server.registrations.RegistrationBatch.KEY_BYTES;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Optional;
import org.blindbook.protocol.lookup.Update;
import org.blindbook.server.registrations.RegistrationStore.Applied;
import org.jspecify.annotations.Nullable;

/**
 * Says what batches would come to and writes nothing. For each it reads the whole store, in memory
 * that depends on the batch only.
 */
final class DryRunTarget implements LoadTarget {
  private static final byte[] NOBODY = new byte[ACCOUNT_BYTES];

  /** Of the keys of a batch, what the store says. */
  private static final class Found {
    private final RegistrationBatch batch;
    private final int[] offsets;
    private final BitSet registered = new BitSet();
    private final BitSet same = new BitSet();

    Found(RegistrationBatch batch) {
      this.batch = batch;
      this.offsets = batch.sortedOffsets();
    }

    /** Takes what the store says of a key, which may be none of the batch. */
    void look(byte[] stored, int at) {
      int low = 0;
      int high = offsets.length - 1;
      while (low <= high) {
        int middle = (low + high) >>> 1;
        int order = batch.compareKeys(offsets[middle], stored, at);
        if (order == 0) {
          registered.set(middle, !isEqual(NOBODY, 0, stored, at + KEY_BYTES));
          same.set(
              middle,
              isEqual(batch.entries(), offsets[middle] + KEY_BYTES, stored, at + KEY_BYTES));
          return;
        }
        if (order < 0) {
          low = middle + 1;
        } else {
          high = middle - 1;
        }
      }
    }

    private static boolean isEqual(byte[] some, int account, byte[] others, int other) {
      return Arrays.equals(
          some, account, account + ACCOUNT_BYTES, others, other, other + ACCOUNT_BYTES);
    }

    Applied applied() {
      long register = 0;
      long delete = 0;
      for (int i = 0; i < offsets.length; i++) {
        if (batch.isDeletion(offsets[i])) {
          delete += registered.get(i) ? 1 : 0;
        } else {
          register += same.get(i) ? 0 : 1;
        }
      }
      return new Applied(
          register, delete, offsets.length - register - delete, batch.size() - offsets.length);
    }
  }

  private final RegistrationStore store;
  private Applied applied = Applied.NOTHING;

  DryRunTarget(RegistrationStore store) {
    this.store = store;
  }

  @Override
  public void take(RegistrationBatch batch, Optional<LoadProgress> reached) throws StoreException {
    Found found = new Found(batch);
    long at = 0;
    for (Update update = next(at); update.count() > 0; update = next(at)) {
      byte[] stored = update.entries();
      for (int entry = 0; entry < stored.length; entry += ENTRY_BYTES) {
        found.look(stored, entry);
      }
      at = update.sequence();
    }
    applied = applied.plus(found.applied());
  }

  private Update next(long after) throws StoreException {
    return store.changesAfter(after, Update.MAX_ENTRIES);
  }

  @Override
  public Applied finish(long rejected, @Nullable Path rejects) {
    return applied;
  }
}
