package org.blindbook.server.enclavehost;

import java.util.Optional;
import org.blindbook.protocol.lookup.Update;
import org.blindbook.server.registrations.CompactedException;
import org.blindbook.server.registrations.Position;
import org.blindbook.server.registrations.RegistrationStore;
import org.blindbook.server.registrations.StoreException;

/** The store that one table follows, for as long as it tells all that the table has to hear of. */
final class FollowedStore {
  private final RegistrationStore store;
  private Optional<String> followed = Optional.empty();
  private long began;

  FollowedStore(RegistrationStore store) {
    this.store = store;
  }

  /**
   * Asked before anything is read.
   *
   * @throws IllegalStateException when what was read before may not be in the store any more
   */
  void requireSame() throws StoreException {
    String now = store.history();
    if (followed.isEmpty()) {
      began = store.head();
    } else if (!followed.get().equals(now)) {
      throw new IllegalStateException("another copy of the store has taken its place");
    }
    followed = Optional.of(now);
  }

  /** The table did not begin empty: it has what a snapshot had, of the store up to this number. */
  void beganAt(long sequence) {
    began = sequence;
  }

  /**
   * As {@link RegistrationStore#changesAfter}.
   *
   * @throws IllegalStateException when a deletion may be missing: the next table begins anew
   */
  Update changesAfter(long sequence, int limit) throws StoreException {
    try {
      return store.changesAfter(new Position(sequence, began), limit);
    } catch (CompactedException e) {
      throw new IllegalStateException(
          "the store was compacted past the table, which begins anew from the store", e);
    }
  }
}
