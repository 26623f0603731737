package org.blindbook.enclave.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TableImageTest {
  private static final int RECORDS = 40_000;

  private ObliviousTable table;

  @BeforeEach
  void fill() throws Exception {
    table = Seeded.table(20, Kernels.PLAIN);
    UpdateBatch batch = new UpdateBatch(RECORDS);
    for (int i = 0; i < RECORDS; i++) {
      batch.keyHi[i] = i;
      batch.valueLo[i] = i + 1;
    }
    table.update(batch);
  }

  private static List<byte[]> chunks(ObliviousTable table) {
    TableImage image = table.image();
    List<byte[]> chunks = new ArrayList<>();
    for (int i = 0; i < image.chunks(); i++) {
      chunks.add(image.chunk(i));
    }
    return chunks;
  }

  private static ObliviousTable restore(List<byte[]> chunks) throws TableFullException {
    TableRestore restore = new TableRestore(Seeded.context(21, Kernels.PLAIN, 1L << 30));
    for (byte[] chunk : chunks) {
      restore.add(chunk);
    }
    return restore.finish();
  }

  @Test
  void aRestoredTableAnswersAndChangesLikeTheFirst() throws Exception {
    ObliviousTable restored = restore(chunks(table));
    assertThat(restored.records()).isEqualTo(RECORDS);
    assertThat(restored.capacity()).isEqualTo(table.capacity());
    LookupBatch batch = new LookupBatch(2 * RECORDS > 65_536 ? 65_536 : 2 * RECORDS);
    Arrays.setAll(batch.keyHi, i -> i);
    Arrays.fill(batch.active, -1);
    restored.lookup(batch);
    for (int i = 0; i < batch.size; i++) {
      assertThat(batch.valueLo[i]).isEqualTo(i < RECORDS ? i + 1 : 0);
    }
    UpdateBatch deletion = new UpdateBatch(1);
    restored.update(deletion);
    assertThat(restored.records()).isEqualTo(RECORDS - 1);
    assertThat(chunks(restore(chunks(restored)))).containsExactlyElementsOf(chunks(restored));
  }

  @Test
  void chunksHaveSizesThatDependOnTheCapacityOnly() throws Exception {
    List<byte[]> full = chunks(table);
    ObliviousTable empty = Seeded.table(22, Kernels.PLAIN);
    empty.reserve(RECORDS);
    assertThat(chunks(empty).stream().map(c -> c.length))
        .containsExactlyElementsOf(full.stream().map(c -> c.length).toList());
    assertThat(full.get(1)).hasSize(TableImage.CHUNK_BYTES);
    assertThat(full.size()).isGreaterThan(2);
  }

  @Test
  void lookupsDoNotMakeAnImageStaleAndUpdatesDo() throws Exception {
    TableImage image = table.image();
    byte[] first = image.chunk(1);
    table.lookup(new LookupBatch(64));
    assertThat(image.isCurrent()).isTrue();
    assertThat(image.chunk(1)).isEqualTo(first);
    table.update(new UpdateBatch(1));
    assertThat(image.isCurrent()).isFalse();
  }

  @Test
  void anImageOfAnotherLayoutIsRefused() {
    byte[] header = table.image().chunk(0);
    header[7] ^= 1;
    assertThatThrownBy(() -> restore(List.of(header)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("version");
  }

  @Test
  void anImageLargerThanTheMemoryIsRefused() {
    TableRestore restore = new TableRestore(Seeded.context(23, Kernels.PLAIN, 1 << 20));
    assertThatThrownBy(() -> restore.add(table.image().chunk(0)))
        .isInstanceOf(TableFullException.class)
        .hasMessageContaining("memory");
  }
}
