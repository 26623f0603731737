package org.blindbook.server.registrations;

import static org.blindbook.server.registrations.RegistrationBatch.ACCOUNT_BYTES;
import static org.blindbook.server.registrations.RegistrationBatch.KEY_BYTES;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Optional;
import org.blindbook.server.registrations.RegistrationStore.Applied;
import org.jspecify.annotations.Nullable;

/**
 * Says what batches would come to and writes nothing. For each it reads the whole store, in memory
 * that depends on the batch only.
 */
final class DryRunTarget implements LoadTarget {
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

    /** Takes who is registered under a key, which may be none of the batch. */
    void look(byte[] key, byte[] account) {
      int low = 0;
      int high = offsets.length - 1;
      while (low <= high) {
        int middle = (low + high) >>> 1;
        int order = batch.compareKeys(offsets[middle], key, 0);
        if (order == 0) {
          registered.set(middle);
          int asked = offsets[middle] + KEY_BYTES;
          same.set(
              middle,
              Arrays.equals(
                  batch.entries(), asked, asked + ACCOUNT_BYTES, account, 0, ACCOUNT_BYTES));
          return;
        }
        if (order < 0) {
          low = middle + 1;
        } else {
          high = middle - 1;
        }
      }
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
    store.visitRegistered(found::look);
    applied = applied.plus(found.applied());
  }

  @Override
  public Applied finish(long rejected, @Nullable Path rejects) {
    return applied;
  }
}
