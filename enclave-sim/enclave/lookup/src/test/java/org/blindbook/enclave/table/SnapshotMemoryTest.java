package org.blindbook.enclave.table;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.ref.Reference;
import java.lang.ref.WeakReference;
import java.security.SecureRandom;
import org.blindbook.enclave.SimpleHardware;
import org.blindbook.enclave.snapshot.SealedSnapshot;
import org.junit.jupiter.api.Test;

class SnapshotMemoryTest {
  /** It did until the next one began, so the machine had a grown table and what it left behind. */
  @Test
  void aSnapshotThatIsWrittenKeepsNoSlots() throws Exception {
    TableContext context = Seeded.context(1, Kernels.PLAIN, 1L << 30);
    ObliviousTable table = ObliviousTable.create(context);
    SealedSnapshot snapshot =
        new SealedSnapshot(new SimpleHardware("", 1), new SecureRandom(), context);
    int written = 0;
    while (snapshot.chunk(written, 0, table).length > 0) {
      written++;
    }
    WeakReference<Buckets> slots = new WeakReference<>(table.buckets);
    table.reserve(2 * table.capacity());
    System.gc();
    assertThat(slots.get()).isNull();
    Reference.reachabilityFence(snapshot);
  }
}
