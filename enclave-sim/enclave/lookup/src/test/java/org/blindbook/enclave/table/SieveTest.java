package org.blindbook.enclave.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.blindbook.enclave.oblivious.LayerKernel.PAD;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.Random;
import org.blindbook.enclave.oblivious.TestedKernel;
import org.junit.jupiter.api.Test;

/** The sieve loses no record that is asked for, wherever records stand and whatever they hold. */
final class SieveTest {
  private static final int SLOTS = 336;
  private static final int RECORDS = 250;
  private static final int QUERIES = 40;
  private static final int CANDIDATES = 64;

  /** Of a bin with a third filter. */
  private static final int FULL = 72;

  private final Random random = new Random(17);
  private final long[] memory = new long[4 * SLOTS];
  private final long[] tagHi = new long[PAD + QUERIES + PAD];
  private final long[] tagLo = new long[PAD + QUERIES + PAD];

  private static int index(int slot) {
    return slot / Buckets.BLOCK * Buckets.BLOCK_LONGS + slot % Buckets.BLOCK;
  }

  private void put(int slot, long hi, long lo) {
    int i = index(slot);
    memory[i] = hi;
    memory[i + Buckets.BLOCK] = lo;
    memory[i + 2 * Buckets.BLOCK] = random.nextLong();
    memory[i + 3 * Buckets.BLOCK] = random.nextLong() | 1;
  }

  private void fill() {
    for (int slot = 0; slot < RECORDS; slot++) {
      put(slot, random.nextLong(), random.nextLong());
    }
  }

  /** Query {@code query} asks for the record in {@code slot}. */
  private void ask(int query, int slot) {
    tagHi[PAD + query] = memory[index(slot)];
    tagLo[PAD + query] = memory[index(slot) + Buckets.BLOCK];
  }

  private int siftAndCompare() {
    // Settles the width of vectors: alone in a process nobody else does.
    assumeTrue(
        Kernels.of(TestedKernel.NAME).sieve(), "the sieve is written for vectors of 512 bits");
    int found = siftAndCompare(QUERIES);
    assertThat(siftAndCompare(FULL)).as("with a third filter").isLessThanOrEqualTo(found);
    return found;
  }

  private int siftAndCompare(int perBin) {
    Sieve sieve = new Sieve(SLOTS, perBin, CANDIDATES);
    sieve.prepare(asked(), 0);
    int found = sieve.sift(memory, 0, memory.length);
    if (found <= CANDIDATES) {
      assertThat(answers(sieve.candidates)).isEqualTo(answers(memory));
    }
    return found;
  }

  private BinSlots asked() {
    return new BinSlots(QUERIES, tagHi, tagLo, new long[tagHi.length], new long[tagHi.length]);
  }

  private long[][] answers(long[] records) {
    BinSlots asked = asked();
    new PlainBuckets().match(records, 0, records.length, asked, 0);
    return new long[][] {asked.valueHi(), asked.valueLo()};
  }

  @Test
  void findsWhatStandsSideBySide() {
    for (int first : new int[] {0, 5, 8, 100, RECORDS - QUERIES}) {
      fill();
      for (int q = 0; q < QUERIES; q++) {
        ask(q, first + q);
      }
      assertThat(siftAndCompare()).isBetween(QUERIES, CANDIDATES);
    }
  }

  @Test
  void findsWhatIsScatteredAmongMisses() {
    for (int round = 0; round < 200; round++) {
      fill();
      for (int q = 0; q < QUERIES; q++) {
        tagHi[PAD + q] = random.nextLong();
        tagLo[PAD + q] = random.nextLong();
        if (random.nextBoolean()) {
          ask(q, random.nextInt(RECORDS));
        }
      }
      siftAndCompare();
    }
  }

  @Test
  void recordsThatShareTheirFilterBitsAreAllCandidates() {
    fill();
    ask(0, 7);
    for (int i = 0; i < 30; i++) {
      put(3 * i + 8, random.nextLong(), memory[index(7) + Buckets.BLOCK] ^ 1L << 30 + i);
    }
    assertThat(siftAndCompare()).isGreaterThanOrEqualTo(31);
  }

  @Test
  void tellsWhenThereAreMoreThanItHasRoomFor() {
    fill();
    ask(0, 7);
    for (int i = 0; i < CANDIDATES; i++) {
      put(3 * i + 8, random.nextLong(), memory[index(7) + Buckets.BLOCK] ^ 1L << 30 + i % 34);
    }
    assertThat(siftAndCompare()).isGreaterThan(CANDIDATES);
  }

  @Test
  void emptySlotsAreNoCandidates() {
    assertThat(siftAndCompare()).isZero();
  }
}
