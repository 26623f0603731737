package org.blindbook.server.registrations;

import java.nio.file.Path;
import java.util.Optional;
import org.blindbook.server.registrations.RegistrationStore.Applied;
import org.jspecify.annotations.Nullable;

/** Where the rows of a load go once they have keys, a batch after the other. */
interface LoadTarget extends AutoCloseable {
  /**
   * @param reached how far the load is with it, where that is worth remembering
   */
  void take(RegistrationBatch batch, Optional<LoadProgress> reached) throws StoreException;

  /**
   * Ends the load after its last row.
   *
   * @param rejected rows that are not among those it took
   * @param rejects where they are
   * @return what the load came to
   * @throws LoadException when all of it is refused; nothing was changed then
   */
  Applied finish(long rejected, @Nullable Path rejects) throws LoadException, StoreException;

  /** Discards what is neither written nor finished. */
  @Override
  default void close() {}

  /** Each batch is written as it comes. */
  static LoadTarget writingInto(RegistrationStore store) {
    return new LoadTarget() {
      private Applied applied = Applied.NOTHING;

      @Override
      public void take(RegistrationBatch batch, Optional<LoadProgress> reached)
          throws StoreException {
        applied = applied.plus(store.apply(batch, reached));
      }

      @Override
      public Applied finish(long rejected, @Nullable Path rejects) {
        return applied;
      }
    };
  }
}
