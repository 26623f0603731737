package org.blindbook.enclave.oblivious;

import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * How many bits a vector has, settled once in a process, before the first vector: the compiler
 * needs it as a constant.
 */
public final class VectorWidth {
  private static int settled;

  private static final class Settled {
    static final VectorSpecies<Long> SPECIES =
        settled == 512 ? LongVector.SPECIES_512 : LongVector.SPECIES_256;
  }

  private VectorWidth() {}

  /**
   * Settles the width. To be called before {@link #species} and {@link #load}.
   *
   * @param bits 256 or 512
   * @throws IllegalStateException when this process has vectors of another width already
   * @leaks nothing: works on public sizes only
   */
  public static synchronized void settle(int bits) {
    settled = bits;
    if (Settled.SPECIES.vectorBitSize() != bits) {
      throw new IllegalStateException("a process has vectors of one width");
    }
  }

  /**
   * @leaks nothing: works on public sizes only
   */
  public static VectorSpecies<Long> species() {
    return Settled.SPECIES;
  }

  /**
   * Lanes of 64 bits that the compiler makes machine instructions for. Of wider vectors it makes
   * Java code that branches on masks, and so it does of two lanes on x86.
   *
   * @leaks nothing: works on public sizes only
   */
  public static int machineLanes() {
    return LongVector.SPECIES_PREFERRED.length();
  }

  /**
   * The vector that begins at {@code x[i]}.
   *
   * @leaks the index
   */
  public static LongVector load(long[] x, int i) {
    return LongVector.fromArray(Settled.SPECIES, x, i);
  }
}
