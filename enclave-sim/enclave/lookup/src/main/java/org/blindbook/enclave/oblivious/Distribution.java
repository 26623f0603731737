package org.blindbook.enclave.oblivious;

import static org.blindbook.enclave.oblivious.LayerKernel.PAD;

/**
 * Spreads the elements at the front of an array over a longer one, in order: the reverse of {@link
 * Compaction}, layers from the longest step to the shortest.
 *
 * <p>Why nothing collides: destinations ascend and sources are adjacent, so distances never
 * decrease, and neither do distances with the low bits cut off.
 *
 * <p>While steps are longer than the front, elements stand only in windows as wide as the front,
 * one every two steps; those layers cost less than one full layer together.
 *
 * @leaks both lengths
 */
public final class Distribution {
  /** Set in the distance of an element that is to arrive; the sign bit survives all layers. */
  public static final long PRESENT = Long.MIN_VALUE;

  private final LayerKernel kernel;
  private final int front;
  private final int n;
  private final byte[] control;

  /**
   * @param front where the elements come from, a multiple of {@link LayerKernel#PAD}
   * @param n where they go to, a multiple of {@link LayerKernel#PAD}, at least {@code front}
   */
  public Distribution(LayerKernel kernel, int front, int n) {
    if (n < front) {
      throw new IllegalArgumentException("cannot spread " + front + " elements over " + n);
    }
    this.kernel = kernel;
    this.front = front;
    this.n = n;
    int positions = 0;
    for (int bit = topBit(); bit >= 0; bit--) {
      positions += layerPositions(bit);
    }
    this.control = new byte[positions / kernel.lanes()];
  }

  private int topBit() {
    return 31 - Integer.numberOfLeadingZeros(n - 1);
  }

  private boolean windowed(int bit) {
    return 1 << bit >= front;
  }

  /** First element that a layer writes: a step below the padding may read before element 0. */
  private static int start(int bit) {
    int step = 1 << bit;
    return step < PAD ? 0 : step;
  }

  /** From one window of a layer to the next; a full layer has one. */
  private int stride(int bit) {
    return windowed(bit) ? 2 << bit : n;
  }

  private int end(int bit, int window) {
    return windowed(bit) ? Math.min(window + front, n) : n;
  }

  private int layerPositions(int bit) {
    int positions = 0;
    for (int window = start(bit); window < n; window += stride(bit)) {
      positions += end(bit, window) - window;
    }
    return positions;
  }

  /**
   * Decides the moves.
   *
   * @param distance how far each element goes to the right, with {@link #PRESENT}; 0 where there is
   *     none, in the padding too. Afterwards {@link #PRESENT} stands where elements arrived, in the
   *     sign bit
   * @leaks both lengths
   */
  public void decide(long[] distance) {
    int at = 0;
    for (int bit = topBit(); bit >= 0; bit--) {
      int start = start(bit);
      for (int window = start; window < n; window += stride(bit)) {
        int end = end(bit, window);
        kernel.pullRight(distance, PAD + window, PAD + end, bit, control, at);
        // Where elements left and none could arrive.
        int left = window - start;
        int leftEnd = windowed(bit) ? end - start : start;
        kernel.clearMoved(distance, PAD + left, PAD + leftEnd, bit);
        at += (end - window) / kernel.lanes();
      }
    }
  }

  /**
   * Moves the elements of another array; where nothing arrives anything may stand.
   *
   * @leaks both lengths
   */
  public void forward(long[] x) {
    int at = 0;
    for (int bit = topBit(); bit >= 0; bit--) {
      for (int window = start(bit); window < n; window += stride(bit)) {
        int end = end(bit, window);
        kernel.moveRight(x, PAD + window, PAD + end, 1 << bit, control, at);
        at += (end - window) / kernel.lanes();
      }
    }
  }

  /**
   * Moves elements that arrived back to the front.
   *
   * @leaks both lengths
   */
  public void backward(long[] x) {
    int layerEnd = control.length;
    for (int bit = 0; bit <= topBit(); bit++) {
      int step = 1 << bit;
      int at = layerEnd - layerPositions(bit) / kernel.lanes();
      layerEnd = at;
      for (int window = start(bit); window < n; window += stride(bit)) {
        int end = end(bit, window);
        kernel.moveLeft(x, PAD + window - step, PAD + end - step, step, control, at);
        at += (end - window) / kernel.lanes();
      }
    }
  }
}
