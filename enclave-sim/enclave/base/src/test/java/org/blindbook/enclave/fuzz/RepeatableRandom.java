package org.blindbook.enclave.fuzz;

import java.security.SecureRandom;
import java.util.SplittableRandom;
import java.util.function.Supplier;

/**
 * Randomness that can be had again: so an enclave answers a handshake as it did before, and what a
 * client sent in one session is genuine in another. Never for real keys.
 */
public final class RepeatableRandom extends SecureRandom {
  private static final long serialVersionUID = 1;

  private final transient SplittableRandom running = new SplittableRandom(1);
  private transient SplittableRandom bytes = running;

  public RepeatableRandom() {
    super(null, null);
  }

  /** Does work that draws the same bytes as every other work done by this method. */
  public <T> T repeating(Supplier<T> work) {
    bytes = new SplittableRandom(2);
    try {
      return work.get();
    } finally {
      bytes = running;
    }
  }

  @Override
  public void nextBytes(byte[] target) {
    bytes.nextBytes(target);
  }
}
