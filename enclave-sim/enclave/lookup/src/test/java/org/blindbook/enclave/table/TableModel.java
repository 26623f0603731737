package org.blindbook.enclave.table;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * A table beside a {@link HashMap}: both get the same random batches, every answer is compared, and
 * a table that refuses a batch must be as it was. One episode is the life of one table, from empty
 * on; some episodes have no memory to grow in.
 */
final class TableModel {
  /** What happened, over all episodes. */
  static final class Tally {
    long operations;
    long batches;
    long updates;
    long lookups;
    long hits;
    long duplicates;
    long deletionsOfNothing;
    long growths;
    long refusals;
    long restores;
    long episodes;
    long mostRecords;

    @Override
    public String toString() {
      return "%,d operations (%,d changes, %,d queries of which %,d hit) in %,d batches of %,d tables, %,d entries repeated in their batch, %,d deletions of nothing, %,d growths, %,d refusals, %,d restores, up to %,d records"
          .formatted(
              operations,
              updates,
              lookups,
              hits,
              batches,
              episodes,
              duplicates,
              deletionsOfNothing,
              growths,
              refusals,
              restores,
              mostRecords);
    }
  }

  private record Pair(long hi, long lo) {}

  private static final Pair MISS = new Pair(0, 0);

  private final SplittableRandom random;
  private final TableContext context;
  private final Tally tally;
  private final String seedText;

  /** Records that the table is made to grow to. */
  private final int aim;

  /** The last batch was refused: the next one deletes more than it adds. */
  private boolean refused;

  private final Map<Pair, Pair> model = new HashMap<>();
  private final List<Pair> known = new ArrayList<>();
  private ObliviousTable table;

  /**
   * @param seed of this episode alone
   */
  TableModel(long seed, Kernels kernels, Tally tally, String seedText) {
    this.random = new SplittableRandom(seed);
    this.tally = tally;
    this.seedText = seedText;
    this.aim = 1 << random.nextInt(9, 18);
    boolean tight = tally.episodes % 4 == 2;
    long budget = tight ? Geometry.holding(aim).bytes() * 3 / 2 : 1L << 30;
    // Not this seed: the table's dummies would be numbers that are keys here.
    this.context = Seeded.context(random.nextLong(), kernels, budget);
    this.table = ObliviousTable.create(context);
  }

  /** Runs one episode, of this many operations at most. */
  void run(long most) throws Exception {
    long end = tally.operations + Math.min(most, 6L * aim + 20_000);
    tally.episodes++;
    while (tally.operations < end) {
      int size = (int) Math.min(size(), end - tally.operations);
      long before = table.capacity();
      if (random.nextBoolean()) {
        update(size);
      } else {
        lookup(size);
      }
      if (random.nextInt(200) == 0 && table.capacity() < aim) {
        reserve(table.capacity() + 1 + random.nextInt(aim));
      }
      if (random.nextInt(50) == 0) {
        restore();
      }
      tally.growths += table.capacity() > before ? 1 : 0;
      tally.operations += size;
      tally.batches++;
      tally.mostRecords = Math.max(tally.mostRecords, table.records());
      assertThat(table.records()).as(seedText).isEqualTo(model.size());
    }
  }

  /** 1 to 65,536, most of them small, with the sizes around the padded ones more often. */
  private int size() {
    int bits = random.nextInt(random.nextInt(12) == 0 ? 17 : 10);
    int size = random.nextInt(1 << bits, 2 << bits);
    if (random.nextInt(4) == 0) {
      size = (1 << bits) + random.nextInt(-1, 2);
    }
    return Math.clamp(size, 1, UpdateBatch.MAX_SIZE);
  }

  /** Keys of one batch: how they are drawn is the batch's own. */
  private final class Keys {
    final @Nullable Pair only = random.nextInt(32) == 0 ? draw() : null;
    final int fresh = random.nextInt(5); // of 8
    final List<Pair> drawn = new ArrayList<>();

    Pair next() {
      Pair key =
          only != null
              ? only
              : !drawn.isEmpty() && random.nextInt(12) == 0
                  ? drawn.get(random.nextInt(drawn.size()))
                  : draw();
      drawn.add(key);
      return key;
    }

    private Pair draw() {
      if (known.isEmpty() || random.nextInt(8) < fresh) {
        // Few bits now and then, so that keys share halves and bits.
        int bits = random.nextInt(3) == 0 ? 54 : 0;
        return new Pair(random.nextLong() >>> bits, random.nextLong() >>> bits);
      }
      Pair key = known.get(random.nextInt(known.size()));
      return switch (random.nextInt(16)) {
        case 0 -> new Pair(key.hi, key.lo ^ 1L << random.nextInt(8)); // lowest bits
        case 1 -> new Pair(key.hi ^ Long.MIN_VALUE >>> random.nextInt(8), key.lo); // highest bits
        case 2 -> new Pair(key.hi, random.nextLong());
        case 3 -> new Pair(random.nextLong(), key.lo);
        case 4 -> new Pair(key.lo, key.hi);
        default -> key;
      };
    }
  }

  private void update(int size) {
    UpdateBatch batch = new UpdateBatch(size);
    Keys keys = new Keys();
    boolean shrink = refused || model.size() > aim;
    int deletions = random.nextInt(shrink ? 4 : 0, shrink ? 9 : 4); // of 8
    Map<Pair, Pair> changes = new LinkedHashMap<>();
    for (int i = 0; i < size; i++) {
      Pair key = keys.next();
      Pair value = random.nextInt(8) < deletions ? MISS : value();
      batch.keyHi[i] = key.hi;
      batch.keyLo[i] = key.lo;
      batch.valueHi[i] = value.hi;
      batch.valueLo[i] = value.lo;
      tally.duplicates += changes.put(key, value) == null ? 0 : 1;
    }
    long after = model.size();
    for (Map.Entry<Pair, Pair> change : changes.entrySet()) {
      boolean deletes = change.getValue().equals(MISS);
      boolean present = model.containsKey(change.getKey());
      tally.deletionsOfNothing += deletes && !present ? 1 : 0;
      after += (deletes ? 0 : 1) - (present ? 1 : 0);
    }
    try {
      table.update(batch);
    } catch (TableFullException e) {
      assertThat(after).as(seedText).isGreaterThan(table.capacity());
      tally.refusals++;
      refused = true;
      return;
    }
    refused = false;
    tally.updates += size;
    changes.forEach(this::put);
  }

  private Pair value() {
    return switch (random.nextInt(8)) {
      case 0 -> new Pair(0, 1 + random.nextInt(100));
      case 1 -> new Pair(1L << random.nextInt(64), 0);
      default -> new Pair(random.nextLong(), random.nextLong() | 1);
    };
  }

  private void put(Pair key, Pair value) {
    if (value.equals(MISS)) {
      model.remove(key);
    } else {
      model.put(key, value);
    }
    // Deleted keys stay known: they are looked up, deleted and stored again.
    if (known.size() < 2 * aim) {
      known.add(key);
    } else {
      known.set(random.nextInt(known.size()), key);
    }
  }

  private void lookup(int size) {
    LookupBatch batch = new LookupBatch(size);
    Keys keys = new Keys();
    int dummies = random.nextInt(4) == 0 ? random.nextInt(9) : 0; // of 8
    for (int i = 0; i < size; i++) {
      Pair key = keys.next();
      batch.keyHi[i] = key.hi;
      batch.keyLo[i] = key.lo;
      batch.active[i] = random.nextInt(8) < dummies ? 0 : -1;
    }
    table.lookup(batch);
    for (int i = 0; i < size; i++) {
      Pair key = new Pair(batch.keyHi[i], batch.keyLo[i]);
      Pair expected = batch.active[i] == 0 ? MISS : model.getOrDefault(key, MISS);
      if (batch.valueHi[i] != expected.hi || batch.valueLo[i] != expected.lo) {
        assertThat(new Pair(batch.valueHi[i], batch.valueLo[i])).as(seedText).isEqualTo(expected);
      }
      tally.hits += expected.equals(MISS) ? 0 : 1;
    }
    tally.lookups += size;
  }

  private void reserve(long total) {
    try {
      table.reserve(total);
    } catch (TableFullException e) {
      assertThat(Geometry.holding(total).bytes() + table.buckets.geometry.bytes())
          .as(seedText)
          .isGreaterThan(context.memoryBudget());
      tally.refusals++;
    }
  }

  /** Goes on with the table that an image gives back. */
  private void restore() throws TableFullException {
    TableImage image = table.image();
    TableRestore restore = new TableRestore(context);
    for (int chunk = 0; chunk < image.chunks(); chunk++) {
      restore.add(image.chunk(chunk));
    }
    table = restore.finish();
    tally.restores++;
  }
}
