package org.blindbook.auditor.machinecode.stepped;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** The inner loops, one small call each: a bucket, a network of 64 elements. */
final class KernelSubjects {
  private static final int PAD = 8;
  private static final int BLOCK = 8;
  private static final int FIELDS = 4;
  private static final int RECORDS = 64;
  private static final int SLOTS = 32;
  private static final int FULL = 72; // takes a third filter
  private static final int ELEMENTS = 64;
  private static final int SPREAD = 128;

  private static final List<String> QUESTIONS =
      List.of("no query found", "every query found", "one record, all slots", "half a tag equal");

  private final Object layers;
  private final Object buckets;
  private final boolean sieve;

  /**
   * @param kernel as in the enclave's setting {@code table.kernel}
   */
  KernelSubjects(String kernel) throws ReflectiveOperationException {
    Object kernels = Enclave.callStatic("table.Kernels", "of", kernel);
    this.layers = Enclave.call(kernels, "layers");
    this.buckets = Enclave.call(kernels, "buckets");
    this.sieve = (boolean) Enclave.call(kernels, "sieve");
  }

  List<Subject> all() throws ReflectiveOperationException {
    List<Subject> subjects =
        new ArrayList<>(
            List.of(match(), apply(), sort(), compaction(), distribution(), encryption()));
    if (sieve) {
      subjects.add(sift("sieve", SLOTS));
      subjects.add(sift("sieve of a full bin", FULL));
    }
    return subjects;
  }

  /** Where field {@code field} of record {@code record} lies in a bucket. */
  private static int at(int record, int field) {
    return record / BLOCK * FIELDS * BLOCK + field * BLOCK + record % BLOCK;
  }

  /** A bucket and the slots of its bin. */
  private static final class Bin {
    final long[] memory = new long[RECORDS * FIELDS];
    final int slots;
    final long[] tagHi;
    final long[] tagLo;
    final long[] valueHi;
    final long[] valueLo;

    Bin() {
      this(SLOTS);
    }

    Bin(int slots) {
      this.slots = slots;
      this.tagHi = new long[PAD + slots + PAD];
      this.tagLo = new long[PAD + slots + PAD];
      this.valueHi = new long[PAD + slots + PAD];
      this.valueLo = new long[PAD + slots + PAD];
    }

    /** Fills the first records of the bucket, and all slots with tags that are not in it. */
    void fill(Random random, int records) {
      Arrays.fill(memory, 0);
      for (int record = 0; record < records; record++) {
        for (int field = 0; field < FIELDS; field++) {
          memory[at(record, field)] = random.nextLong() | 1;
        }
      }
      for (int s = 0; s < tagHi.length; s++) {
        tagHi[s] = random.nextLong() & ~1;
        tagLo[s] = random.nextLong() & ~1;
      }
      Arrays.fill(valueHi, 0);
      Arrays.fill(valueLo, 0);
    }

    /** Fills it for one of {@link #QUESTIONS}. */
    void ask(int question) {
      Random random = new Random(question);
      fill(random, question == 0 ? RECORDS / 2 : RECORDS);
      for (int s = 0; s < slots; s++) {
        switch (question) {
          case 1 -> name(s, random.nextInt(RECORDS));
          case 2 -> name(s, 0);
          case 3 -> tagHi[PAD + s] = memory[at(s % RECORDS, 0)];
          default -> {}
        }
      }
    }

    void name(int slot, int record) {
      tagHi[PAD + slot] = memory[at(record, 0)];
      tagLo[PAD + slot] = memory[at(record, 1)];
    }

    /** As the enclave hands them to its kernels, with these tags. */
    Object slots(long[] tagHi, long[] tagLo) throws ReflectiveOperationException {
      return Enclave.create("table.BinSlots", slots, tagHi, tagLo, valueHi, valueLo);
    }

    void value(int slot, Random random) {
      valueHi[PAD + slot] = random.nextLong() | 1;
      valueLo[PAD + slot] = random.nextLong();
    }
  }

  private Subject match() throws ReflectiveOperationException {
    Bin bin = new Bin();
    return Subject.of(
        "bucket match",
        QUESTIONS,
        bin::ask,
        List.of(
            Enclave.bound(
                buckets,
                "match",
                bin.memory,
                0,
                bin.memory.length,
                bin.slots(bin.tagHi, bin.tagLo),
                0)));
  }

  /** Every record may be a candidate, so none overflows. */
  private Subject sift(String name, int slots) throws ReflectiveOperationException {
    Bin bin = new Bin(slots);
    Object sieve = Enclave.create("table.Sieve", RECORDS, slots, RECORDS);
    return Subject.of(
        name,
        QUESTIONS,
        bin::ask,
        List.of(
            Enclave.bound(sieve, "prepare", bin.slots(bin.tagHi, bin.tagLo), 0),
            Enclave.bound(sieve, "sift", bin.memory, 0, bin.memory.length)));
  }

  private Subject apply() throws ReflectiveOperationException {
    Bin bin = new Bin();
    long[] insertHi = new long[PAD + SLOTS + PAD];
    long[] insertLo = new long[PAD + SLOTS + PAD];
    long[] tally = new long[2];
    return Subject.of(
        "bucket apply",
        List.of("no entries", "inserts", "overwrites", "deletions", "inserts without room"),
        input -> {
          Random random = new Random(input);
          bin.fill(random, input == 4 ? RECORDS - 2 : input == 0 ? 0 : SLOTS);
          Arrays.fill(insertHi, 0);
          Arrays.fill(insertLo, 0);
          Arrays.fill(tally, 0);
          for (int s = 0; s < SLOTS; s++) {
            if (input == 2 || input == 3) {
              bin.name(s, s);
            }
            if (input != 0 && input != 3) {
              insertHi[PAD + s] = bin.tagHi[PAD + s];
              insertLo[PAD + s] = bin.tagLo[PAD + s];
              bin.value(s, random);
            }
          }
        },
        List.of(
            Enclave.bound(
                buckets,
                "apply",
                bin.memory,
                0,
                bin.memory.length,
                bin.slots(bin.tagHi, bin.tagLo),
                bin.slots(insertHi, insertLo),
                0,
                tally)));
  }

  private static long[] column(int elements) {
    return new long[PAD + elements + PAD];
  }

  private Subject sort() throws ReflectiveOperationException {
    Object network = Enclave.create("oblivious.SortingNetwork", layers, ELEMENTS);
    long[] hi = column(ELEMENTS);
    long[] lo = column(ELEMENTS);
    return Subject.of(
        "compare-exchange (sort)",
        List.of("random", "ascending", "descending", "all equal", "equal high halves"),
        input -> {
          Random random = new Random(input);
          for (int i = 0; i < ELEMENTS; i++) {
            hi[PAD + i] =
                switch (input) {
                  case 1 -> i;
                  case 2 -> -i;
                  case 3, 4 -> 7;
                  default -> random.nextLong();
                };
            lo[PAD + i] = input == 3 ? 7 : random.nextLong();
          }
        },
        List.of(
            Enclave.bound(network, "sort", hi, lo),
            Enclave.bound(network, "forward", lo),
            Enclave.bound(network, "backward", lo)));
  }

  private Subject compaction() throws ReflectiveOperationException {
    Object network = Enclave.create("oblivious.Compaction", layers, ELEMENTS);
    long[] distance = column(ELEMENTS);
    long[] x = column(ELEMENTS);
    return Subject.of(
        "compaction",
        List.of("all stay", "one stays", "every other", "random"),
        input -> {
          Random random = new Random(input);
          Arrays.fill(distance, 0);
          long dropped = 0;
          for (int i = 0; i < ELEMENTS; i++) {
            boolean chosen =
                switch (input) {
                  case 1 -> i == ELEMENTS - 1;
                  case 2 -> i % 2 == 0;
                  case 3 -> random.nextBoolean();
                  default -> true;
                };
            distance[PAD + i] = chosen ? dropped : 0;
            dropped += chosen ? 0 : 1;
            x[PAD + i] = random.nextLong();
          }
        },
        List.of(
            Enclave.bound(network, "decide", (Object) distance),
            Enclave.bound(network, "forward", (Object) x),
            Enclave.bound(network, "backward", (Object) x)));
  }

  private Subject distribution() throws ReflectiveOperationException {
    Object network = Enclave.create("oblivious.Distribution", layers, ELEMENTS, SPREAD);
    long[] distance = column(SPREAD);
    long[] x = column(SPREAD);
    return Subject.of(
        "distribution",
        List.of("none arrives", "all to the front", "all to the back", "spread"),
        input -> {
          Random random = new Random(input);
          Arrays.fill(distance, 0);
          int to = 0;
          for (int i = 0; i < ELEMENTS; i++) {
            long moved =
                switch (input) {
                  case 2 -> SPREAD - ELEMENTS;
                  case 3 -> to += random.nextInt(2);
                  default -> 0;
                };
            distance[PAD + i] = input == 0 ? 0 : moved | Long.MIN_VALUE;
            x[PAD + i] = random.nextLong();
          }
        },
        List.of(
            Enclave.bound(network, "decide", (Object) distance),
            Enclave.bound(network, "forward", (Object) x),
            Enclave.bound(network, "backward", (Object) x)));
  }

  private Subject encryption() throws ReflectiveOperationException {
    Object cipher = Enclave.create("oblivious.Speck128", (Object) new long[] {1, 2, 3, 4});
    long[] hi = column(ELEMENTS);
    long[] lo = column(ELEMENTS);
    return Subject.of(
        "Speck encryption",
        List.of("zeros", "ones", "random"),
        input -> {
          Random random = new Random(input);
          for (int i = 0; i < hi.length; i++) {
            hi[i] = input < 2 ? -input : random.nextLong();
            lo[i] = input < 2 ? -input : random.nextLong();
          }
        },
        List.of(Enclave.bound(layers, "encrypt", cipher, hi, lo, PAD, PAD + ELEMENTS)));
  }
}
