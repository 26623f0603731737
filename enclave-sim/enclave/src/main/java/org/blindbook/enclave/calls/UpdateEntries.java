package org.blindbook.enclave.calls;

import java.nio.ByteBuffer;
import org.blindbook.enclave.table.UpdateBatch;
import org.blindbook.protocol.calls.Update;

/** Reads the entries of an update. The host supplied them; they are public. */
final class UpdateEntries {
  private UpdateEntries() {}

  /** The batch of an update that has entries. */
  static UpdateBatch batchOf(Update update) {
    UpdateBatch batch = new UpdateBatch(update.count());
    ByteBuffer in = ByteBuffer.wrap(update.entries());
    for (int i = 0; i < update.count(); i++) {
      batch.keyHi[i] = in.getLong();
      batch.keyLo[i] = in.getLong();
      batch.valueHi[i] = in.getLong();
      batch.valueLo[i] = in.getLong();
    }
    return batch;
  }
}
