package org.blindbook.enclave.oblivious;

/**
 * Bitonic sort of 128-bit unsigned numbers (Batcher, "Sorting networks and their applications",
 * 1968): log n (log n + 1) / 2 layers of compare-exchanges at fixed positions. The exchanges are
 * recorded, so that other arrays can be brought into the same order and back.
 *
 * @leaks the number of elements
 */
public final class SortingNetwork {
  private final LayerKernel kernel;
  private final int n;
  private final byte[] control;

  /**
   * @param n elements, a power of two, at least 2 x {@link LayerKernel#PAD}
   */
  public SortingNetwork(LayerKernel kernel, int n) {
    if (Integer.bitCount(n) != 1 || n < 2 * LayerKernel.PAD) {
      throw new IllegalArgumentException("a sorting network needs a power of two, not " + n);
    }
    this.kernel = kernel;
    this.n = n;
    int bytes = 0;
    for (int run = 2; run <= n; run <<= 1) {
      for (int stride = run >> 1; stride > 0; stride >>= 1) {
        bytes += kernel.exchangeBytes(n, stride);
      }
    }
    this.control = new byte[bytes];
  }

  /**
   * Sorts the numbers {@code (hi[i], lo[i])} in ascending order.
   *
   * @leaks the number of elements
   */
  public void sort(long[] hi, long[] lo) {
    int at = 0;
    for (int run = 2; run <= n; run <<= 1) {
      for (int stride = run >> 1; stride > 0; stride >>= 1) {
        kernel.compareExchange(hi, lo, n, stride, run, control, at);
        at += kernel.exchangeBytes(n, stride);
      }
    }
  }

  /**
   * Brings another array into the sorted order.
   *
   * @leaks the number of elements
   */
  public void forward(long[] x) {
    int at = 0;
    for (int run = 2; run <= n; run <<= 1) {
      for (int stride = run >> 1; stride > 0; stride >>= 1) {
        kernel.exchange(x, n, stride, control, at);
        at += kernel.exchangeBytes(n, stride);
      }
    }
  }

  /**
   * Brings an array in sorted order back to the order from before the sort.
   *
   * @leaks the number of elements
   */
  public void backward(long[] x) {
    int at = control.length;
    for (int run = n; run >= 2; run >>= 1) {
      for (int stride = 1; stride <= run >> 1; stride <<= 1) {
        at -= kernel.exchangeBytes(n, stride);
        kernel.exchange(x, n, stride, control, at);
      }
    }
  }
}
