package org.blindbook.server.enclavehost;

import java.util.Optional;
import org.blindbook.server.registrations.RegistrationStore;
import org.blindbook.server.registrations.StoreException;

/** Whether the store that a table follows is still the one that it began with. */
final class StoreHistory {
  private final RegistrationStore store;
  private Optional<String> followed = Optional.empty();

  StoreHistory(RegistrationStore store) {
    this.store = store;
  }

  /**
   * Asked before anything is read.
   *
   * @throws IllegalStateException when what was read before may not be in the store any more
   */
  void requireSame() throws StoreException {
    String now = store.history();
    if (!followed.orElse(now).equals(now)) {
      throw new IllegalStateException("another copy of the store has taken its place");
    }
    followed = Optional.of(now);
  }
}
