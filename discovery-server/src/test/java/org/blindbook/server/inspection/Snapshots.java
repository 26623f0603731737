package org.blindbook.server.inspection;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.blindbook.server.registrations.Checkpoint;
import org.blindbook.server.registrations.RegistrationStore;

/** Snapshots as the host frames them, of chunks that no enclave has sealed. */
final class Snapshots {
  /** Of the version of the layout that this is. */
  private static final long MAGIC = 0x4242534e41500002L;

  private Snapshots() {}

  /** Of one chunk of this length. */
  static byte[] of(RegistrationStore store, int length) throws Exception {
    Checkpoint checkpoint = store.checkpoint(store.head());
    return ByteBuffer.allocate(8 + 32 + 8 + Checkpoint.NAME_LENGTH + 4 + length + 4)
        .putLong(MAGIC)
        .put(store.identity().getBytes(StandardCharsets.US_ASCII))
        .putLong(checkpoint.sequence())
        .put(checkpoint.name().getBytes(StandardCharsets.US_ASCII))
        .putInt(length)
        .put(new byte[length])
        .putInt(0)
        .array();
  }
}
