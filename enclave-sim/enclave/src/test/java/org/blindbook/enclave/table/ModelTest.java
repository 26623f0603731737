package org.blindbook.enclave.table;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Random interleavings of everything a table does, against a {@link HashMap}. */
class ModelTest {
  private record Pair(long hi, long lo) {}

  private static final Pair MISS = new Pair(0, 0);

  static Stream<Kernels> kernels() {
    return Stream.of(Kernels.PLAIN, Kernels.chosen());
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void behavesAsAMap(Kernels kernels) throws Exception {
    long seed = Long.getLong("blindbook.test.seed", 7);
    int target = Integer.getInteger("blindbook.test.operations", 400_000);
    SplittableRandom random = new SplittableRandom(seed);
    ObliviousTable table = Seeded.table(seed, kernels);
    Map<Pair, Pair> model = new HashMap<>();
    List<Pair> known = new ArrayList<>();
    int operations = 0;
    int growths = 0;
    while (operations < target) {
      int size = 1 + random.nextInt(random.nextInt(8) == 0 ? 2000 : 200);
      long before = table.capacity();
      if (random.nextInt(2) == 0) {
        update(table, model, known, random, size);
      } else {
        lookup(table, model, known, random, size);
      }
      growths += table.capacity() > before ? 1 : 0;
      if (random.nextInt(400) == 0 && table.capacity() < 8192) {
        table.reserve(table.capacity() + 1);
      }
      assertThat(table.records()).as("seed %d", seed).isEqualTo(model.size());
      operations += size;
    }
    assertThat(growths).isGreaterThan(3);
  }

  private static Pair key(List<Pair> known, SplittableRandom random) {
    if (!known.isEmpty() && random.nextInt(4) != 0) {
      return known.get(random.nextInt(known.size()));
    }
    // Few bits now and then, so that keys share halves.
    int bits = random.nextInt(3) == 0 ? 54 : 0;
    return new Pair(random.nextLong() >>> bits, random.nextLong() >>> bits);
  }

  private static void update(
      ObliviousTable table,
      Map<Pair, Pair> model,
      List<Pair> known,
      SplittableRandom random,
      int size)
      throws TableFullException {
    UpdateBatch batch = new UpdateBatch(size);
    int deletions = model.size() > 6000 ? 2 : random.nextInt(2, 6);
    for (int i = 0; i < size; i++) {
      Pair key = key(known, random);
      boolean delete = random.nextInt(deletions) == 0;
      Pair value =
          delete
              ? MISS
              : random.nextInt(10) == 0
                  ? new Pair(0, 1 + random.nextInt(100))
                  : new Pair(random.nextLong() | 1, random.nextInt(2));
      batch.keyHi[i] = key.hi;
      batch.keyLo[i] = key.lo;
      batch.valueHi[i] = value.hi;
      batch.valueLo[i] = value.lo;
      if (delete) {
        model.remove(key);
      } else {
        model.put(key, value);
        if (known.size() < 8000) {
          known.add(key);
        } else {
          known.set(random.nextInt(known.size()), key);
        }
      }
    }
    table.update(batch);
  }

  private static void lookup(
      ObliviousTable table,
      Map<Pair, Pair> model,
      List<Pair> known,
      SplittableRandom random,
      int size) {
    LookupBatch batch = new LookupBatch(size);
    for (int i = 0; i < size; i++) {
      Pair key = key(known, random);
      batch.keyHi[i] = key.hi;
      batch.keyLo[i] = key.lo;
      batch.active[i] = random.nextInt(8) == 0 ? 0 : -1;
    }
    table.lookup(batch);
    for (int i = 0; i < size; i++) {
      Pair expected =
          batch.active[i] == 0
              ? MISS
              : model.getOrDefault(new Pair(batch.keyHi[i], batch.keyLo[i]), MISS);
      assertThat(new Pair(batch.valueHi[i], batch.valueLo[i])).isEqualTo(expected);
    }
  }
}
