package org.blindbook.enclave.table;

import java.util.Locale;
import org.blindbook.enclave.oblivious.LayerKernel;
import org.blindbook.enclave.oblivious.PlainLayers;
import org.blindbook.enclave.oblivious.VectorLayers;
import org.blindbook.enclave.oblivious.VectorWidth;

/**
 * The inner loops a table runs on.
 *
 * @param name as in the setting that forces a choice
 * @param sieve whether records go through a {@link Sieve} before they are compared
 */
record Kernels(String name, LayerKernel layers, BucketKernel buckets, boolean sieve) {
  static final Kernels PLAIN = new Kernels("plain", new PlainLayers(), new PlainBuckets(), false);

  /**
   * What this process uses, settled at first use: vectors of the machine's width when the Vector
   * API module was added to the JVM, else plain Java. {@link VectorWidth#SETTING} forces either.
   *
   * @throws IllegalArgumentException when the setting names no kernel, or vectors without the
   *     module
   * @leaks nothing: works on public sizes only
   */
  static Kernels chosen() {
    return Chosen.KERNELS;
  }

  private static final class Chosen {
    static final Kernels KERNELS = choose(System.getProperty(VectorWidth.SETTING, ""));
  }

  private static Kernels choose(String setting) {
    boolean vectorApi = ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent();
    return switch (setting.toLowerCase(Locale.ROOT)) {
      case "plain" -> PLAIN;
      case "" -> vectorApi && VectorWidth.isCompiledWithoutBranches() ? vector() : PLAIN;
      case "vector256", "vector512" -> {
        if (!vectorApi) {
          throw new IllegalArgumentException(
              "Vector kernels need the JVM flag --add-modules jdk.incubator.vector.");
        }
        yield vector();
      }
      default ->
          throw new IllegalArgumentException(
              VectorWidth.SETTING + " must be plain, vector256 or vector512.");
    };
  }

  private static Kernels vector() {
    VectorLayers layers = new VectorLayers();
    return new Kernels("vector" + 64 * layers.lanes(), layers, new VectorBuckets(), Sieve.fits());
  }
}
