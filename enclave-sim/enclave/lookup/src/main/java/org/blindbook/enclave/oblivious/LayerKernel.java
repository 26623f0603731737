package org.blindbook.enclave.oblivious;

/**
 * The inner loops of the routing networks, one layer of a network per call. The networks decide
 * which layers run, from public sizes; a kernel says how. {@link PlainLayers} is the reference,
 * vector kernels give the same results faster.
 *
 * <p>Arrays handed to a kernel have {@value #PAD} unused elements in front of and behind the
 * elements of the network, so that a vector may overlap an edge. The network's element 0 is at
 * index {@value #PAD}; all positions below are array indices.
 *
 * <p>A layer that decides something on secrets records its decisions as control bytes, so that
 * other arrays can be sent the same way, and back. Their layout is the kernel's own: decision k of
 * a call is in byte {@code at + k / lanes}.
 *
 * @leaks sizes, ranges and distances: all public
 */
public interface LayerKernel {
  int PAD = 8;

  /**
   * Decisions a control byte holds: 1 to 8, a power of two.
   *
   * @leaks nothing: works on public sizes only
   */
  int lanes();

  /**
   * Control bytes of one compare-exchange layer over {@code n} elements.
   *
   * @leaks nothing: works on public sizes only
   */
  int exchangeBytes(int n, int stride);

  /**
   * A layer of a bitonic sort: each pair (i, i + stride) of the 128-bit unsigned numbers {@code
   * (hi[i], lo[i])} is put in order, ascending where bit {@code run} of the element number is
   * clear, else descending.
   *
   * @leaks number of elements, stride and run
   */
  void compareExchange(long[] hi, long[] lo, int n, int stride, int run, byte[] control, int at);

  /**
   * Repeats the exchanges of a layer on another array. Applied twice it changes nothing.
   *
   * @leaks number of elements and stride
   */
  void exchange(long[] x, int n, int stride, byte[] control, int at);

  /**
   * Decides and takes the moves by {@code 1 << bit} to the left: element i in [from, to), in
   * ascending order, becomes element i + (1 << bit) if that one's distance has the bit set; an
   * element that moved away leaves zero behind.
   *
   * @leaks the range and the bit
   */
  void pullLeft(long[] distance, int from, int to, int bit, byte[] control, int at);

  /**
   * As {@link #pullLeft} to the right, in descending order.
   *
   * @leaks the range and the bit
   */
  void pullRight(long[] distance, int from, int to, int bit, byte[] control, int at);

  /**
   * Zeroes the distances in [from, to) that have the bit set: those elements moved away.
   *
   * @leaks the range and the bit
   */
  void clearMoved(long[] distance, int from, int to, int bit);

  /**
   * Element i in [from, to), ascending, becomes element i + step where the decision was a move.
   *
   * @leaks the range and the step
   */
  void moveLeft(long[] x, int from, int to, int step, byte[] control, int at);

  /**
   * Element i in [from, to), descending, becomes element i - step where the decision was a move.
   *
   * @leaks the range and the step
   */
  void moveRight(long[] x, int from, int to, int step, byte[] control, int at);

  /**
   * Encrypts the blocks {@code (hi[i], lo[i])} for i in [from, to); whole multiples of 8.
   *
   * @leaks the range
   */
  void encrypt(Speck128 cipher, long[] hi, long[] lo, int from, int to);
}
