package org.blindbook.enclave.oblivious;

import java.util.Locale;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * How many bits a vector has, settled once when the process starts: the compiler needs it as a
 * constant. Setting {@value #SETTING} to {@code vector256} or {@code vector512} forces a width,
 * otherwise it is the machine's, at most 512.
 */
public final class VectorWidth {
  /** System property that forces a kernel: {@code plain} or one of the widths. */
  public static final String SETTING = "blindbook.kernel";

  public static final VectorSpecies<Long> SPECIES =
      switch (System.getProperty(SETTING, "").toLowerCase(Locale.ROOT)) {
        case "vector256" -> LongVector.SPECIES_256;
        case "vector512" -> LongVector.SPECIES_512;
        default -> machine();
      };

  private VectorWidth() {}

  /**
   * The vector that begins at {@code x[i]}.
   *
   * @leaks the index
   */
  public static LongVector load(long[] x, int i) {
    return LongVector.fromArray(SPECIES, x, i);
  }

  /**
   * Whether the compiler turns masks of this width into masks. It has none of two 64-bit lanes on
   * x86, and falls back to Java code that branches on them.
   *
   * @leaks nothing: works on public sizes only
   */
  public static boolean isCompiledWithoutBranches() {
    return SPECIES.length() >= LongVector.SPECIES_256.length();
  }

  private static VectorSpecies<Long> machine() {
    return LongVector.SPECIES_PREFERRED.length() > LongVector.SPECIES_512.length()
        ? LongVector.SPECIES_512
        : LongVector.SPECIES_PREFERRED;
  }
}
