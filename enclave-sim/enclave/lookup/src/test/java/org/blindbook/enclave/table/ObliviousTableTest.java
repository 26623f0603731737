package org.blindbook.enclave.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.stream.Stream;
import org.blindbook.enclave.oblivious.RandomSource;
import org.blindbook.enclave.oblivious.Speck128;
import org.blindbook.enclave.oblivious.TestedKernel;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ObliviousTableTest {

  static Stream<Kernels> kernels() {
    return ModelTest.kernels();
  }

  /** Key i is (i, 7), its value (i + 1, 9). */
  private static UpdateBatch registrations(long first, int count) {
    UpdateBatch batch = new UpdateBatch(count);
    for (int i = 0; i < count; i++) {
      batch.keyHi[i] = first + i;
      batch.keyLo[i] = 7;
      batch.valueHi[i] = first + i + 1;
      batch.valueLo[i] = 9;
    }
    return batch;
  }

  private static LookupBatch queries(long first, int count) {
    LookupBatch batch = new LookupBatch(count);
    for (int i = 0; i < count; i++) {
      batch.keyHi[i] = first + i;
      batch.keyLo[i] = 7;
    }
    Arrays.fill(batch.active, -1);
    return batch;
  }

  private static void assertFound(ObliviousTable table, long first, int count) {
    LookupBatch batch = queries(first, count);
    table.lookup(batch);
    for (int i = 0; i < count; i++) {
      assertThat(batch.valueHi[i]).isEqualTo(first + i + 1);
      assertThat(batch.valueLo[i]).isEqualTo(9);
    }
  }

  private static void assertMissed(ObliviousTable table, LookupBatch batch) {
    table.lookup(batch);
    assertThat(batch.valueHi).containsOnly(0);
    assertThat(batch.valueLo).containsOnly(0);
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void anEmptyTableHasNothing(Kernels kernels) {
    ObliviousTable table = Seeded.table(1, kernels);
    assertThat(table.records()).isZero();
    assertThat(table.capacity()).isEqualTo(1024);
    assertMissed(table, queries(0, 100));
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void everySizeOfBatchIsAnswered(Kernels kernels) throws Exception {
    ObliviousTable table = Seeded.table(2, kernels);
    table.update(registrations(0, 1000));
    for (int size : new int[] {1, 2, 63, 64, 65, 500, 1000}) {
      assertFound(table, 0, size);
      assertMissed(table, queries(1000, size));
    }
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void theLargestBatchesAreAnswered(Kernels kernels) throws Exception {
    ObliviousTable table = Seeded.table(3, kernels);
    table.reserve(UpdateBatch.MAX_SIZE);
    table.update(registrations(0, UpdateBatch.MAX_SIZE));
    assertThat(table.records()).isEqualTo(65_536);
    assertThat(table.capacity()).isEqualTo(65_536);
    assertFound(table, 0, LookupBatch.MAX_SIZE);
    LookupBatch duplicates = new LookupBatch(LookupBatch.MAX_SIZE);
    Arrays.fill(duplicates.keyHi, 5);
    Arrays.fill(duplicates.keyLo, 7);
    Arrays.fill(duplicates.active, -1);
    table.lookup(duplicates);
    assertThat(duplicates.valueHi).containsOnly(6);
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void inactiveQueriesFindNothingWhateverTheirKey(Kernels kernels) throws Exception {
    ObliviousTable table = Seeded.table(4, kernels);
    table.update(registrations(0, 500));
    LookupBatch batch = queries(0, 500);
    Arrays.fill(batch.active, 0);
    assertMissed(table, batch);
    batch = queries(0, 500);
    batch.active[17] = 0;
    table.lookup(batch);
    assertThat(batch.valueHi[17]).isZero();
    assertThat(batch.valueHi[18]).isEqualTo(19);
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void allQueriesMayAskForOneKey(Kernels kernels) throws Exception {
    ObliviousTable table = Seeded.table(5, kernels);
    table.update(registrations(0, 300));
    for (long key : new long[] {42, 9999}) {
      LookupBatch batch = new LookupBatch(2048);
      Arrays.fill(batch.keyHi, key);
      Arrays.fill(batch.keyLo, 7);
      Arrays.fill(batch.active, -1);
      table.lookup(batch);
      assertThat(batch.valueHi).containsOnly(key == 42 ? 43 : 0);
    }
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void keysThatShareOneHalfAreDifferentKeys(Kernels kernels) throws Exception {
    ObliviousTable table = Seeded.table(6, kernels);
    table.update(registrations(0, 10));
    LookupBatch batch = queries(0, 10);
    Arrays.fill(batch.keyLo, 8);
    assertMissed(table, batch);
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void theAllZeroKeyIsAKeyLikeAnyOther(Kernels kernels) throws Exception {
    ObliviousTable table = Seeded.table(7, kernels);
    LookupBatch query = new LookupBatch(1);
    query.active[0] = -1;
    assertMissed(table, query);
    UpdateBatch update = new UpdateBatch(1);
    update.valueLo[0] = 3;
    table.update(update);
    table.lookup(query);
    assertThat(query.valueLo[0]).isEqualTo(3);
    assertThat(table.records()).isEqualTo(1);
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void aLaterEntryWinsOverAnEarlierOneOfTheSameKey(Kernels kernels) throws Exception {
    ObliviousTable table = Seeded.table(8, kernels);
    for (long last : new long[] {77, 0, 5}) {
      UpdateBatch batch = new UpdateBatch(333);
      for (int i = 0; i < batch.size; i++) {
        batch.keyHi[i] = i % 3;
        batch.valueHi[i] = i % 7; // some entries delete
      }
      for (int i = 330; i < 333; i++) {
        batch.valueHi[i] = last;
      }
      table.update(batch);
      assertThat(table.records()).isEqualTo(last == 0 ? 0 : 3);
      LookupBatch query = new LookupBatch(3);
      Arrays.fill(query.active, -1);
      Arrays.setAll(query.keyHi, i -> i);
      table.lookup(query);
      assertThat(query.valueHi).containsOnly(last);
    }
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void aValueOfOneHalfIsAValue(Kernels kernels) throws Exception {
    ObliviousTable table = Seeded.table(9, kernels);
    UpdateBatch batch = new UpdateBatch(2);
    batch.keyHi[0] = 1;
    batch.valueHi[0] = 4;
    batch.keyHi[1] = 2;
    batch.valueLo[1] = 5;
    table.update(batch);
    assertThat(table.records()).isEqualTo(2);
    batch.valueHi[0] = 0;
    table.update(batch);
    assertThat(table.records()).isEqualTo(1);
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void deletingWhatIsNotThereChangesNothing(Kernels kernels) throws Exception {
    ObliviousTable table = Seeded.table(10, kernels);
    table.update(registrations(0, 100));
    UpdateBatch batch = registrations(50, 100);
    batch.wipe();
    table.update(batch);
    UpdateBatch deletions = registrations(50, 100);
    Arrays.fill(deletions.valueHi, 0);
    Arrays.fill(deletions.valueLo, 0);
    table.update(deletions);
    assertThat(table.records()).isEqualTo(50);
    assertFound(table, 0, 50);
    assertMissed(table, queries(50, 100));
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void growsFromFifteenSixteenthsOn(Kernels kernels) throws Exception {
    ObliviousTable table = Seeded.table(11, kernels);
    table.update(registrations(0, 960));
    table.update(registrations(0, 960)); // all there already
    assertThat(table.capacity()).isEqualTo(1024);
    table.update(registrations(960, 1));
    assertThat(table.capacity()).isEqualTo(1536);
    assertThat(table.records()).isEqualTo(961);
    assertFound(table, 0, 961);
    assertMissed(table, queries(961, 1000));
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void aReservedTableGrowsOnlyWhenTheTotalExceedsItsCapacity(Kernels kernels) throws Exception {
    ObliviousTable table = Seeded.table(19, kernels);
    table.reserve(1500);
    assertThat(table.capacity()).isEqualTo(1536);
    table.update(registrations(0, 1500));
    table.update(registrations(0, 1500));
    assertThat(table.capacity()).isEqualTo(1536);
    table.update(registrations(1500, 37));
    assertThat(table.capacity()).isEqualTo(2048);
    assertFound(table, 0, 1537);
    assertMissed(table, queries(1537, 1000));
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void answersAndChangesWhileItGrows(Kernels kernels) throws Exception {
    ObliviousTable table = Seeded.table(20, kernels);
    table.update(registrations(0, 61_000));
    table.update(registrations(61_000, 61_000));
    assertThat(table.capacity()).isEqualTo(1 << 17);
    assertThat(table.records()).isLessThan((1 << 17) / 16 * 15);
    table.update(registrations(122_000, 1000));
    // Now it grows, in three steps, of which this was the first. Deletions in the second take the
    // total back below the line; the third overwrites, deletes again and adds.
    assertThat(table.capacity()).isEqualTo(1 << 17);
    UpdateBatch deletions = registrations(0, 2000);
    Arrays.fill(deletions.valueHi, 0);
    Arrays.fill(deletions.valueLo, 0);
    table.update(deletions);
    assertThat(table.capacity()).isEqualTo(1 << 17);
    assertMissed(table, queries(0, 2000));
    assertFound(table, 2000, 60_000);
    UpdateBatch mixed = registrations(2000, 3000);
    for (int i = 0; i < 1000; i++) {
      mixed.valueHi[i] = 0;
      mixed.valueLo[i] = 0;
      mixed.keyHi[1000 + i] = 200_000 + i;
      mixed.valueHi[1000 + i] = 200_001 + i;
      mixed.valueHi[2000 + i] = 5;
    }
    table.update(mixed);
    assertThat(table.capacity()).isEqualTo(3 << 16);
    assertThat(table.records()).isEqualTo(121_000);
    assertMissed(table, queries(0, 3000));
    assertFound(table, 3000, 1000);
    LookupBatch overwritten = queries(4000, 1000);
    table.lookup(overwritten);
    assertThat(overwritten.valueHi).containsOnly(5);
    assertFound(table, 5000, 60_000);
    assertFound(table, 65_000, 58_000);
    assertFound(table, 200_000, 1000);
    table.update(registrations(300_000, 1)); // counts all records anew
    assertThat(table.records()).isEqualTo(121_001);
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void aFullTableRefusesAndStaysAsItWas(Kernels kernels) throws Exception {
    long budget = Geometry.holding(1024).bytes() + Geometry.holding(1536).bytes() + 1000;
    ObliviousTable table = ObliviousTable.create(Seeded.context(12, kernels, budget));
    table.update(registrations(0, 1024));
    table.update(registrations(1024, 500));
    assertThat(table.capacity()).isEqualTo(1536);
    TableImage before = table.image();
    UpdateBatch tooMany = registrations(1500, 37);
    assertThatThrownBy(() -> table.update(tooMany))
        .isInstanceOf(TableFullException.class)
        .hasMessageContaining("1537");
    assertThatThrownBy(() -> table.reserve(1537)).isInstanceOf(TableFullException.class);
    assertThatThrownBy(() -> table.reserve(Long.MAX_VALUE)).isInstanceOf(TableFullException.class);
    assertThat(before.isCurrent()).isTrue();
    assertThat(table.records()).isEqualTo(1524);
    assertFound(table, 0, 1524);
    assertMissed(table, queries(1524, 100));
    table.update(registrations(1500, 36));
    assertThat(table.records()).isEqualTo(1536);
    assertFound(table, 0, 1536);
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void aFullTableTakesChangesThatDoNotAddUp(Kernels kernels) throws Exception {
    long budget = Geometry.holding(1024).bytes();
    ObliviousTable table = ObliviousTable.create(Seeded.context(13, kernels, budget));
    table.update(registrations(0, 1024));
    UpdateBatch swap = registrations(1000, 48); // 24 there, 24 new
    for (int i = 0; i < 24; i++) {
      swap.valueHi[i] = 0;
      swap.valueLo[i] = 0;
    }
    table.update(swap);
    assertThat(table.records()).isEqualTo(1024);
    assertFound(table, 0, 1000);
    assertFound(table, 1024, 24);
  }

  @Test
  void lookupsBetweenTheStepsOfAnUpdateFindWhatWasThereAndSoonWhatIsNew() throws Exception {
    ObliviousTable table = Seeded.table(20, Seeded.VECTORS);
    table.reserve(600_000); // more slots than one step changes
    table.update(registrations(0, 30_000));
    ObliviousTable.Updating updating = table.begin(registrations(30_000, 30_000));
    int steps = 1;
    for (boolean more = updating.step(); more; more = updating.step()) {
      assertFound(table, 0, 30_000);
      LookupBatch news = queries(30_000, 30_000);
      table.lookup(news);
      long found = Arrays.stream(news.valueLo).filter(value -> value != 0).count();
      assertThat(found).isStrictlyBetween(0L, 30_000L);
      steps++;
    }
    assertThat(steps).isGreaterThan(1);
    assertFound(table, 0, 60_000);
    assertThat(table.records()).isEqualTo(60_000);
  }

  @Test
  void lookupsBetweenTheStepsOfAGrowthFindEverything() throws Exception {
    ObliviousTable table = Seeded.table(21, Seeded.VECTORS);
    int records = 0;
    int steps = 0;
    while (table.capacity() < 4096) {
      ObliviousTable.Updating updating = table.begin(registrations(records, 64));
      while (updating.step()) {
        assertFound(table, 0, records);
        steps++;
      }
      records += 64;
      assertFound(table, 0, records);
    }
    assertThat(steps).isGreaterThanOrEqualTo(4);
  }

  @Test
  void aBinWithMoreQueriesThanSlotsStopsTheProcess() throws Exception {
    // A hash key that an attacker knows: keys are chosen so that all tags fall into one bin.
    RandomSource random = Seeded.random(14);
    ObliviousTable table = Seeded.table(14, Kernels.PLAIN);
    table.reserve(1 << 16);
    long[] hashKey = hashKey(table);
    LookupBatch batch = new LookupBatch(4096);
    random.fill(batch.keyHi);
    random.fill(batch.keyLo);
    Arrays.setAll(batch.keyHi, i -> batch.keyHi[i] >>> 20);
    new Speck128(hashKey).decrypt(batch.keyHi, batch.keyLo, 0, batch.size);
    Arrays.fill(batch.active, -1);
    assertThatThrownBy(() -> table.lookup(batch)).isInstanceOf(Seeded.Stopped.class);
    // The same keys as dummies meet no bound: dummies are spread by the secret key.
    Arrays.fill(batch.active, 0);
    assertMissed(table, batch);
  }

  @Test
  void aBucketWithMoreRecordsThanSlotsStopsTheProcess() throws Exception {
    ObliviousTable table = Seeded.table(15, Kernels.PLAIN);
    long[] hashKey = hashKey(table);
    assertThat(table.buckets.geometry.bucketSlots()).isEqualTo(672);
    // Batches of 64 do not overflow a bin, so only the bucket does, with record 673.
    for (int first = 0; first < 640; first += 64) {
      table.update(keysWithTags(hashKey, first, 64));
    }
    table.update(keysWithTags(hashKey, 640, 32));
    assertThat(table.records()).isEqualTo(672);
    UpdateBatch last = keysWithTags(hashKey, 672, 1);
    assertThatThrownBy(() -> table.update(last)).isInstanceOf(Seeded.Stopped.class);
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void tagsThatShareOneHalfAreDifferentTags(Kernels kernels) throws Exception {
    ObliviousTable table = Seeded.table(17, kernels);
    for (boolean sameHi : new boolean[] {true, false}) {
      UpdateBatch update = registrations(0, 16);
      Arrays.setAll(sameHi ? update.keyLo : update.keyHi, i -> i);
      Arrays.fill(sameHi ? update.keyHi : update.keyLo, 99);
      new Speck128(hashKey(table)).decrypt(update.keyHi, update.keyLo, 0, 16);
      LookupBatch query = new LookupBatch(16);
      System.arraycopy(update.keyHi, 0, query.keyHi, 0, 16);
      System.arraycopy(update.keyLo, 0, query.keyLo, 0, 16);
      Arrays.fill(query.active, -1);
      for (int i = 0; i < 16; i += 2) {
        update.valueHi[i] = 0;
        update.valueLo[i] = 0;
      }
      table.update(update);
      table.lookup(query);
      for (int i = 0; i < 16; i++) {
        assertThat(query.valueHi[i]).isEqualTo(i % 2 == 0 ? 0 : i + 1);
      }
    }
  }

  private static UpdateBatch keysWithTags(long[] hashKey, long first, int count) {
    UpdateBatch batch = registrations(first, count);
    new Speck128(hashKey).decrypt(batch.keyHi, batch.keyLo, 0, count);
    return batch;
  }

  @Test
  void aDummyThatIsAKeyInTheTableGetsNoAnswer() throws Exception {
    // Randomness that stands still makes the first dummy's key (5, 5).
    RandomSource still = target -> Arrays.fill(target, 5);
    ObliviousTable table =
        ObliviousTable.create(
            new TableContext(still, Kernels.PLAIN, new Workers(1), Seeded.THROW, 1L << 30));
    UpdateBatch update = new UpdateBatch(1);
    update.keyHi[0] = 5;
    update.keyLo[0] = 5;
    update.valueHi[0] = 8;
    update.valueLo[0] = 9;
    table.update(update);
    assertMissed(table, new LookupBatch(1));
    LookupBatch real = new LookupBatch(1);
    real.keyHi[0] = 5;
    real.keyLo[0] = 5;
    real.active[0] = -1;
    table.lookup(real);
    assertThat(real.valueHi[0]).isEqualTo(8);
    assertThat(real.valueLo[0]).isEqualTo(9);
  }

  private static long[] hashKey(ObliviousTable table) {
    ByteBuffer header = ByteBuffer.wrap(table.image().chunk(0));
    long[] hashKey = new long[4];
    header.position(24).asLongBuffer().get(hashKey);
    return hashKey;
  }

  @ParameterizedTest
  @ValueSource(ints = {0, -1, 65_537})
  void batchesOutsideTheLimitsAreRefused(int size) {
    assertThatThrownBy(() -> new LookupBatch(size)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new UpdateBatch(size)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void theProductionTableWorksToo() throws Exception {
    ObliviousTable table =
        ObliviousTable.create(
            TableContext.of(RandomSource.of(new SecureRandom()), TestedKernel.NAME, 2));
    table.update(registrations(0, 2000));
    assertFound(table, 0, 2000);
    LookupBatch batch = queries(0, 10);
    table.lookup(batch);
    batch.wipe();
    assertThat(batch.valueHi).containsOnly(0);
    assertThat(batch.keyLo).containsOnly(0);
  }
}
