package org.blindbook.enclave.table;

import org.blindbook.enclave.oblivious.LayerKernel;
import org.blindbook.enclave.oblivious.PlainLayers;
import org.blindbook.enclave.oblivious.VectorLayers;
import org.blindbook.enclave.oblivious.VectorWidth;

/**
 * The inner loops a table runs on.
 *
 * @param name as in the setting {@code table.kernel}
 * @param sieve whether records go through a {@link Sieve} before they are compared
 */
record Kernels(String name, LayerKernel layers, BucketKernel buckets, boolean sieve) {
  static final Kernels PLAIN = new Kernels("plain", new PlainLayers(), new PlainBuckets(), false);

  /**
   * The loops of a name; vectors are of one width in a process.
   *
   * @param name {@code plain}, {@code vector256} or {@code vector512}
   * @throws IllegalArgumentException when there are none of this name
   * @leaks nothing: works on public sizes only
   */
  static Kernels of(String name) {
    return switch (name) {
      case "plain" -> PLAIN;
      case "vector256" -> vector(name, 256);
      case "vector512" -> vector(name, 512);
      default -> throw new IllegalArgumentException("there is no such kernel");
    };
  }

  private static Kernels vector(String name, int bits) {
    VectorWidth.settle(bits);
    return new Kernels(name, new VectorLayers(), new VectorBuckets(), Sieve.fits());
  }

  /**
   * @throws IllegalArgumentException with a plain sentence, when this machine has no such vectors:
   *     the same loops would run, and branch on what they compare
   * @leaks nothing: works on public sizes only
   */
  void requireMachine() {
    if (layers.lanes() > VectorWidth.machineLanes()) {
      throw new IllegalArgumentException(
          "this machine has no vectors for table.kernel=" + name + ", choose a narrower or plain");
    }
  }
}
