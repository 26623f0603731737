package org.blindbook.server.enclavehost;

import java.io.IOException;
import java.nio.file.Path;
import org.blindbook.server.registrations.RegistrationStore;
import org.blindbook.server.registrations.StoreException;

/** Whether a snapshot would be used at the next start, as far as it tells without the enclave. */
public enum SnapshotInspection {
  FITS,
  /** It is cut off, or of another version. */
  CUT,
  OTHER_STORE,
  /** The store was put back to a state from before the snapshot. */
  EARLIER_STORE,
  /** The store does not say any more who was unregistered since. */
  COMPACTED_PAST;

  public static SnapshotInspection of(Path file, RegistrationStore store) throws StoreException {
    SnapshotOrigin origin;
    try (SnapshotFile.Reader reader = new SnapshotFile(file).open()) {
      origin = reader.origin();
    } catch (IOException e) {
      return CUT;
    }
    if (!origin.store().equals(store.identity())) {
      return OTHER_STORE;
    }
    if (!hasCheckpoint(origin, store)) {
      return EARLIER_STORE;
    }
    return origin.checkpoint().sequence() < horizon(store) ? COMPACTED_PAST : FITS;
  }

  private static boolean hasCheckpoint(SnapshotOrigin origin, RegistrationStore store) {
    try {
      return store.has(origin.checkpoint());
    } catch (StoreException e) {
      return false; // the store, which can be read, is older than checkpoints are
    }
  }

  private static long horizon(RegistrationStore store) {
    try {
      return store.horizon();
    } catch (StoreException e) {
      return 0; // the store, which can be read, is older than compaction is
    }
  }
}
