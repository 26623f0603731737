package org.blindbook.enclave.oblivious;

import static org.blindbook.enclave.oblivious.LayerKernel.PAD;

/**
 * Moves chosen elements to the front and keeps their order: log n layers, layer k moves by 2<sup>k
 * </sup> what has bit k in its distance (Goodrich, "Data-oblivious external-memory algorithms",
 * 2011, section 3).
 *
 * <p>Why nothing collides: of two chosen elements the right one has at least the distance of the
 * left one, and their destinations differ, so with the low bits done they are still in order. What
 * an element leaves behind follows it at a gap smaller than the next step; in between no chosen
 * element stands.
 *
 * @leaks the number of elements
 */
public final class Compaction {
  private final LayerKernel kernel;
  private final int n;
  private final int layers;
  private final int layerBytes;
  private final byte[] control;

  /**
   * @param n elements, a multiple of {@link LayerKernel#PAD}
   */
  public Compaction(LayerKernel kernel, int n) {
    this(kernel, n, n);
  }

  /**
   * Compaction within groups of adjacent elements, all groups at once.
   *
   * @param group elements of a group; no distance reaches that far
   */
  public Compaction(LayerKernel kernel, int n, int group) {
    this.kernel = kernel;
    this.n = n;
    this.layers = 32 - Integer.numberOfLeadingZeros(group - 1);
    this.layerBytes = n / kernel.lanes();
    this.control = new byte[layers * layerBytes];
  }

  /** A step below the padding reads behind the last element; a longer one ends before it. */
  private int end(int bit) {
    int step = 1 << bit;
    return step < PAD ? PAD + n : PAD + n - step;
  }

  /**
   * Decides the moves.
   *
   * @param distance how far each chosen element goes to the left, 0 for the others; overwritten.
   *     The padding behind the elements must be zero
   * @leaks the number of elements and the size of a group
   */
  public void decide(long[] distance) {
    for (int bit = 0; bit < layers; bit++) {
      kernel.pullLeft(distance, PAD, end(bit), bit, control, bit * layerBytes);
    }
  }

  /**
   * Moves the elements of another array; what follows the chosen ones is left over.
   *
   * @leaks the number of elements and the size of a group
   */
  public void forward(long[] x) {
    for (int bit = 0; bit < layers; bit++) {
      kernel.moveLeft(x, PAD, end(bit), 1 << bit, control, bit * layerBytes);
    }
  }

  /**
   * Moves the front elements back to where they came from; elsewhere anything may stand.
   *
   * @leaks the number of elements and the size of a group
   */
  public void backward(long[] x) {
    for (int bit = layers - 1; bit >= 0; bit--) {
      int step = 1 << bit;
      kernel.moveRight(x, PAD + step, end(bit) + step, step, control, bit * layerBytes);
    }
  }
}
