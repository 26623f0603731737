package org.blindbook.server.enclavehost;

import org.blindbook.server.registrations.Checkpoint;
import org.blindbook.server.registrations.RegistrationStore;
import org.blindbook.server.registrations.StoreException;

/**
 * What a snapshot was made from. It is of use with a store that has all that is in it: another one
 * may number other changes alike, and so may this one once it was put back to an earlier state.
 *
 * @param store the store's identity
 * @param checkpoint left in the store once it had all that is in the snapshot
 */
record SnapshotOrigin(String store, Checkpoint checkpoint) {

  /** Leaves a checkpoint for a snapshot of what was read of the store up to this number. */
  static SnapshotOrigin of(RegistrationStore store, long sequence) throws StoreException {
    return new SnapshotOrigin(store.identity(), store.checkpoint(sequence));
  }

  /** Whether a table that was made from this may follow the store. */
  Fit fitTo(RegistrationStore other) throws StoreException {
    if (!store.equals(other.identity())) {
      return Fit.OF_ANOTHER_STORE;
    }
    if (!other.has(checkpoint)) {
      return Fit.STORE_PUT_BACK;
    }
    return checkpoint.sequence() < other.horizon() ? Fit.COMPACTED_PAST : Fit.FITS;
  }

  /** Whether a snapshot is of use with a store. */
  enum Fit {
    FITS("it fits"),
    OF_ANOTHER_STORE("it is of another store"),
    STORE_PUT_BACK("the store was put back to an earlier state"),
    COMPACTED_PAST("the store was compacted past it, and no longer says who has left since");

    private final String reason;

    Fit(String reason) {
      this.reason = reason;
    }

    /** A clause for an operator. */
    String reason() {
      return reason;
    }
  }
}
