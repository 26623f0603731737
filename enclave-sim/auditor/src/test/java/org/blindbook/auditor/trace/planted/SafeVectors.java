package org.blindbook.auditor.trace.planted;

import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/** Choosing lanes as constant-time code does it: every lane is read, computed and written. */
final class SafeVectors {
  private static final VectorSpecies<Long> SPECIES = LongVector.SPECIES_256;
  private static final long[] TABLE = {21, 9, 12, 40, 8, 13, 7, 33};

  private SafeVectors() {}

  @Safe
  static long blend(long secret) {
    LongVector records = LongVector.fromArray(SPECIES, TABLE, 0);
    VectorMask<Long> smaller = records.compare(VectorOperators.LT, secret);
    LongVector chosen = records.blend(LongVector.broadcast(SPECIES, secret), smaller);
    return chosen.reduceLanes(VectorOperators.ADD);
  }

  @Safe
  static long bitwiseBlend(long secret) {
    LongVector low = LongVector.fromArray(SPECIES, TABLE, 0);
    LongVector high = LongVector.fromArray(SPECIES, TABLE, 4);
    LongVector mask = LongVector.broadcast(SPECIES, -(secret & 1));
    return low.lanewise(VectorOperators.BITWISE_BLEND, high, mask).reduceLanes(VectorOperators.ADD);
  }

  @Safe
  static long scan(long secret) {
    LongVector found = LongVector.zero(SPECIES);
    for (int i = 0; i < TABLE.length; i += SPECIES.length()) {
      LongVector keys = LongVector.fromArray(SPECIES, TABLE, i);
      LongVector positions = LongVector.broadcast(SPECIES, i).addIndex(1);
      VectorMask<Long> match = keys.compare(VectorOperators.EQ, secret);
      found = found.lanewise(VectorOperators.OR, positions, match);
    }
    return found.reduceLanes(VectorOperators.OR);
  }

  /** The mask only selects what is stored; the store itself is whole. */
  @Safe
  static long wholeStore(long secret) {
    long[] cells = TABLE.clone();
    LongVector old = LongVector.fromArray(SPECIES, cells, 4);
    VectorMask<Long> match = old.compare(VectorOperators.NE, secret);
    old.add(secret, match).intoArray(cells, 4);
    return cells[4] + cells[5];
  }
}
