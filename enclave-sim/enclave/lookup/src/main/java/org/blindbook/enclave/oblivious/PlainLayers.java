package org.blindbook.enclave.oblivious;

import static org.blindbook.enclave.constanttime.Masks.below;
import static org.blindbook.enclave.constanttime.Masks.bit;
import static org.blindbook.enclave.constanttime.Masks.equal;
import static org.blindbook.enclave.constanttime.Masks.select;

/**
 * The routing layers in plain Java: what an auditor reads, what runs where the Vector API is
 * missing, and what vector kernels are compared with. A control byte is the mask of one decision.
 */
public final class PlainLayers implements LayerKernel {

  @Override
  public int lanes() {
    return 1;
  }

  @Override
  public int exchangeBytes(int n, int stride) {
    return n / 2;
  }

  @Override
  public void compareExchange(
      long[] hi, long[] lo, int n, int stride, int run, byte[] control, int at) {
    int decision = at;
    for (int block = 0; block < n; block += 2 * stride) {
      long descending = (block & run) == 0 ? 0 : -1;
      for (int i = PAD + block; i < PAD + block + stride; i++) {
        int j = i + stride;
        long outOfOrder = below(hi[j], hi[i]) | (equal(hi[j], hi[i]) & below(lo[j], lo[i]));
        long swap = outOfOrder ^ descending;
        control[decision++] = (byte) swap;
        long hiChange = (hi[i] ^ hi[j]) & swap;
        long loChange = (lo[i] ^ lo[j]) & swap;
        hi[i] ^= hiChange;
        hi[j] ^= hiChange;
        lo[i] ^= loChange;
        lo[j] ^= loChange;
      }
    }
  }

  @Override
  public void exchange(long[] x, int n, int stride, byte[] control, int at) {
    int decision = at;
    for (int block = 0; block < n; block += 2 * stride) {
      for (int i = PAD + block; i < PAD + block + stride; i++) {
        long change = (x[i] ^ x[i + stride]) & control[decision++];
        x[i] ^= change;
        x[i + stride] ^= change;
      }
    }
  }

  @Override
  public void pullLeft(long[] distance, int from, int to, int bit, byte[] control, int at) {
    for (int i = from; i < to; i++) {
      long source = distance[i + (1 << bit)];
      long taken = bit(source, bit);
      control[at + i - from] = (byte) taken;
      distance[i] = select(taken, source, distance[i] & ~bit(distance[i], bit));
    }
  }

  @Override
  public void pullRight(long[] distance, int from, int to, int bit, byte[] control, int at) {
    for (int i = to - 1; i >= from; i--) {
      long source = distance[i - (1 << bit)];
      long taken = bit(source, bit);
      control[at + i - from] = (byte) taken;
      distance[i] = select(taken, source, distance[i] & ~bit(distance[i], bit));
    }
  }

  @Override
  public void clearMoved(long[] distance, int from, int to, int bit) {
    for (int i = from; i < to; i++) {
      distance[i] &= ~bit(distance[i], bit);
    }
  }

  @Override
  public void moveLeft(long[] x, int from, int to, int step, byte[] control, int at) {
    for (int i = from; i < to; i++) {
      x[i] = select(control[at + i - from], x[i + step], x[i]);
    }
  }

  @Override
  public void moveRight(long[] x, int from, int to, int step, byte[] control, int at) {
    for (int i = to - 1; i >= from; i--) {
      x[i] = select(control[at + i - from], x[i - step], x[i]);
    }
  }

  @Override
  public void encrypt(Speck128 cipher, long[] hi, long[] lo, int from, int to) {
    cipher.encrypt(hi, lo, from, to);
  }
}
