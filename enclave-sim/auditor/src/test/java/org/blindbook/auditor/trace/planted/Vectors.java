package org.blindbook.auditor.trace.planted;

import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/** Leaks, and safe code, in the Vector API. */
final class Vectors {
  private static final VectorSpecies<Long> SPECIES = LongVector.SPECIES_512;
  private static final long[] TABLE = new long[64];

  private Vectors() {}

  @Leaks(by = "argument 3 of a call")
  static long offset(long secret) {
    LongVector vector = LongVector.fromArray(SPECIES, TABLE, (int) secret); // leak
    return vector.reduceLanes(VectorOperators.ADD);
  }

  @Leaks(by = "argument 4 of a call")
  static long gather(long secret) {
    int[] map = {0, 1, 2, 3, 4, 5, 6, (int) secret};
    LongVector vector = LongVector.fromArray(SPECIES, TABLE, 0, map, 0); // leak
    return vector.reduceLanes(VectorOperators.ADD);
  }

  @Leaks(by = "argument 3 of a call")
  static void scatter(long secret) {
    int[] map = {0, 1, 2, 3, 4, 5, 6, 8 + ((int) secret & 7)};
    LongVector.zero(SPECIES).intoArray(TABLE, 0, map, 0); // leak
  }

  @Leaks(by = "argument 3 of a call")
  static void maskedStore(long secret) {
    VectorMask<Long> mask = VectorMask.fromLong(SPECIES, secret & 255);
    LongVector.zero(SPECIES).intoArray(TABLE, 0, mask); // leak
  }

  @Leaks(by = "branch")
  static long anyTrue(long secret) {
    VectorMask<Long> found = LongVector.broadcast(SPECIES, 9).compare(VectorOperators.EQ, secret);
    if (found.anyTrue()) { // leak
      return 1;
    }
    return 0;
  }

  @Leaks(by = "")
  static long divide(long secret) {
    LongVector dividends = LongVector.broadcast(SPECIES, 1000);
    LongVector quotients = dividends.lanewise(VectorOperators.DIV, secret | 1); // leak
    return quotients.reduceLanes(VectorOperators.ADD);
  }

  @Leaks(by = "argument 1 of a call without a rule")
  static long compress(long secret) {
    VectorMask<Long> mask = VectorMask.fromLong(SPECIES, secret & 255);
    return LongVector.zero(SPECIES).compress(mask).reduceLanes(VectorOperators.ADD); // leak
  }

  @Safe
  static long maskedOr(long secret) {
    LongVector records = LongVector.fromArray(SPECIES, TABLE, 8);
    VectorMask<Long> match = records.compare(VectorOperators.EQ, secret);
    return records.lanewise(VectorOperators.OR, secret, match).reduceLanes(VectorOperators.XOR);
  }

  @Safe
  static void minimumAndMaximum(long secret) {
    LongVector a = LongVector.broadcast(SPECIES, secret);
    LongVector b = LongVector.fromArray(SPECIES, TABLE, 0);
    a.min(b).intoArray(TABLE, 0);
    a.max(b).intoArray(TABLE, 8);
  }

  @Safe
  static long reverse(long secret) {
    VectorShuffle<Long> reversed = VectorShuffle.iota(SPECIES, 7, -1, false);
    return LongVector.broadcast(SPECIES, secret)
        .rearrange(reversed)
        .reduceLanes(VectorOperators.ADD);
  }
}
