package org.blindbook.enclave.table;

import java.util.SplittableRandom;
import org.blindbook.enclave.oblivious.FailStop;
import org.blindbook.enclave.oblivious.RandomSource;
import org.blindbook.enclave.oblivious.TestedKernel;

/** Tables whose randomness repeats and whose fail-stop can be seen. */
final class Seeded {
  static final class Stopped extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  static final FailStop THROW =
      () -> {
        throw new Stopped();
      };

  /** Two threads, so that every test runs passes in parts. */
  private static final Workers WORKERS = new Workers(2);

  /** Of the one width that this process has. */
  static final Kernels VECTORS = Kernels.of(TestedKernel.NAME);

  private Seeded() {}

  static RandomSource random(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    return target -> {
      for (int i = 0; i < target.length; i++) {
        target[i] = random.nextLong();
      }
    };
  }

  static TableContext context(long seed, Kernels kernels, long memoryBudget) {
    return new TableContext(random(seed), kernels, WORKERS, THROW, memoryBudget);
  }

  static ObliviousTable table(long seed, Kernels kernels) {
    return ObliviousTable.create(context(seed, kernels, 1L << 30));
  }
}
