package org.blindbook.enclave.oblivious;

import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.Arrays;

/**
 * Where fresh randomness comes from. Passed in, so that a test or the obliviousness check can
 * repeat a run with the same draws.
 */
@FunctionalInterface
public interface RandomSource {

  /**
   * Fills the whole array with uniform bits. How many are drawn is public.
   *
   * @leaks how many bits are drawn
   */
  void fill(long[] target);

  /**
   * Draws from a generator. There is no faster one behind it because the table draws only 32 bytes
   * a table and 16 bytes a batch: dummies become random under the table's own keyed permutation.
   *
   * @leaks nothing
   */
  static RandomSource of(SecureRandom random) {
    return target -> {
      byte[] bytes = new byte[Long.BYTES * target.length];
      random.nextBytes(bytes);
      ByteBuffer.wrap(bytes).asLongBuffer().get(target);
      Arrays.fill(bytes, (byte) 0);
    };
  }
}
