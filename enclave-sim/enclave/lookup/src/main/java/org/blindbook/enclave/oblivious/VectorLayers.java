package org.blindbook.enclave.oblivious;

import static jdk.incubator.vector.VectorOperators.AND;
import static jdk.incubator.vector.VectorOperators.EQ;
import static jdk.incubator.vector.VectorOperators.NE;
import static jdk.incubator.vector.VectorOperators.ROL;
import static jdk.incubator.vector.VectorOperators.ROR;
import static jdk.incubator.vector.VectorOperators.ULT;
import static jdk.incubator.vector.VectorOperators.XOR;
import static org.blindbook.enclave.oblivious.VectorWidth.load;

import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/**
 * The routing layers in vector lanes. A control byte is the mask of one vector of decisions.
 *
 * <p>Compiled, masks are mask registers and blends are masked moves: no branch, no address depends
 * on them. Before compilation the Vector API runs on branching fallbacks, so no secret may meet
 * this class until it is compiled.
 */
public final class VectorLayers implements LayerKernel {
  private static final VectorSpecies<Long> SPECIES = VectorWidth.species();
  private static final int LANES = SPECIES.length();
  private static final long ALL_LANES = (1L << LANES) - 1;

  // Lane i gets lane i ^ stride.
  private static final VectorShuffle<Long> SWAP_1 = swap(1);
  private static final VectorShuffle<Long> SWAP_2 = swap(2);
  private static final VectorShuffle<Long> SWAP_4 = swap(4);

  private static VectorShuffle<Long> swap(int stride) {
    return VectorShuffle.fromOp(SPECIES, lane -> (lane ^ stride) % LANES);
  }

  private static VectorShuffle<Long> partner(int stride) {
    return switch (stride) {
      case 1 -> SWAP_1;
      case 2 -> SWAP_2;
      default -> SWAP_4;
    };
  }

  @Override
  public int lanes() {
    return LANES;
  }

  @Override
  public int exchangeBytes(int n, int stride) {
    return stride < LANES ? n / LANES : n / 2 / LANES;
  }

  private static VectorMask<Long> mask(byte control) {
    return VectorMask.fromLong(SPECIES, control);
  }

  /** Bits of the lanes in which the 128-bit number a is below b. */
  private static long below(LongVector aHi, LongVector aLo, LongVector bHi, LongVector bLo) {
    VectorMask<Long> tie = aHi.compare(EQ, bHi);
    return aHi.blend(aLo, tie).compare(ULT, bHi.blend(bLo, tie)).toLong();
  }

  @Override
  public void compareExchange(
      long[] hi, long[] lo, int n, int stride, int run, byte[] control, int at) {
    if (stride < LANES) {
      compareExchangeWithin(hi, lo, n, stride, run, control, at);
      return;
    }
    int decision = at;
    for (int block = 0; block < n; block += 2 * stride) {
      long descending = (block & run) == 0 ? 0 : ALL_LANES;
      for (int i = PAD + block; i < PAD + block + stride; i += LANES) {
        int j = i + stride;
        LongVector aHi = load(hi, i);
        LongVector aLo = load(lo, i);
        LongVector bHi = load(hi, j);
        LongVector bLo = load(lo, j);
        byte swap = (byte) (below(bHi, bLo, aHi, aLo) ^ descending);
        control[decision++] = swap;
        VectorMask<Long> swapped = mask(swap);
        aHi.blend(bHi, swapped).intoArray(hi, i);
        bHi.blend(aHi, swapped).intoArray(hi, j);
        aLo.blend(bLo, swapped).intoArray(lo, i);
        bLo.blend(aLo, swapped).intoArray(lo, j);
      }
    }
  }

  /** Pairs within one vector: the lower lane of a pair decides for both. */
  private static void compareExchangeWithin(
      long[] hi, long[] lo, int n, int stride, int run, byte[] control, int at) {
    VectorShuffle<Long> partner = partner(stride);
    long lower = lanesWithout(stride);
    for (int i = 0; i < n; i += LANES) {
      long descending = run < LANES ? ~lanesWithout(run) : (i & run) == 0 ? 0 : ALL_LANES;
      LongVector aHi = load(hi, PAD + i);
      LongVector aLo = load(lo, PAD + i);
      LongVector bHi = aHi.rearrange(partner);
      LongVector bLo = aLo.rearrange(partner);
      long decided = (below(bHi, bLo, aHi, aLo) ^ descending) & lower;
      byte swap = (byte) (decided | decided << stride);
      control[at + i / LANES] = swap;
      VectorMask<Long> swapped = mask(swap);
      aHi.blend(bHi, swapped).intoArray(hi, PAD + i);
      aLo.blend(bLo, swapped).intoArray(lo, PAD + i);
    }
  }

  /** Bits of the lanes whose number does not have the bit {@code power} set. */
  private static long lanesWithout(int power) {
    long lanes = 0;
    for (int lane = 0; lane < LANES; lane++) {
      lanes |= (lane & power) == 0 ? 1L << lane : 0;
    }
    return lanes;
  }

  @Override
  public void exchange(long[] x, int n, int stride, byte[] control, int at) {
    if (stride < LANES) {
      VectorShuffle<Long> partner = partner(stride);
      for (int i = 0; i < n; i += LANES) {
        LongVector a = load(x, PAD + i);
        a.blend(a.rearrange(partner), mask(control[at + i / LANES])).intoArray(x, PAD + i);
      }
      return;
    }
    int decision = at;
    for (int block = 0; block < n; block += 2 * stride) {
      for (int i = PAD + block; i < PAD + block + stride; i += LANES) {
        LongVector a = load(x, i);
        LongVector b = load(x, i + stride);
        VectorMask<Long> swapped = mask(control[decision++]);
        a.blend(b, swapped).intoArray(x, i);
        b.blend(a, swapped).intoArray(x, i + stride);
      }
    }
  }

  private static VectorMask<Long> has(LongVector distance, long step) {
    return distance.lanewise(AND, step).compare(NE, 0L);
  }

  @Override
  public void pullLeft(long[] distance, int from, int to, int bit, byte[] control, int at) {
    int step = 1 << bit;
    for (int i = from; i < to; i += LANES) {
      pull(distance, i, i + step, step, control, at + (i - from) / LANES);
    }
  }

  @Override
  public void pullRight(long[] distance, int from, int to, int bit, byte[] control, int at) {
    int step = 1 << bit;
    for (int i = to - LANES; i >= from; i -= LANES) {
      pull(distance, i, i - step, step, control, at + (i - from) / LANES);
    }
  }

  private static void pull(long[] distance, int i, int source, int step, byte[] control, int at) {
    LongVector incoming = load(distance, source);
    LongVector own = load(distance, i);
    VectorMask<Long> taken = has(incoming, step);
    control[at] = (byte) taken.toLong();
    own.blend(0L, has(own, step)).blend(incoming, taken).intoArray(distance, i);
  }

  @Override
  public void clearMoved(long[] distance, int from, int to, int bit) {
    long step = 1L << bit;
    for (int i = from; i < to; i += LANES) {
      LongVector own = load(distance, i);
      own.blend(0L, has(own, step)).intoArray(distance, i);
    }
  }

  @Override
  public void moveLeft(long[] x, int from, int to, int step, byte[] control, int at) {
    for (int i = from; i < to; i += LANES) {
      VectorMask<Long> taken = mask(control[at + (i - from) / LANES]);
      load(x, i).blend(load(x, i + step), taken).intoArray(x, i);
    }
  }

  @Override
  public void moveRight(long[] x, int from, int to, int step, byte[] control, int at) {
    for (int i = to - LANES; i >= from; i -= LANES) {
      VectorMask<Long> taken = mask(control[at + (i - from) / LANES]);
      load(x, i).blend(load(x, i - step), taken).intoArray(x, i);
    }
  }

  @Override
  public void encrypt(Speck128 cipher, long[] hi, long[] lo, int from, int to) {
    for (int i = from; i < to; i += LANES) {
      LongVector x = load(hi, i);
      LongVector y = load(lo, i);
      for (int round = 0; round < Speck128.ROUNDS; round++) {
        x = x.lanewise(ROR, 8).add(y).lanewise(XOR, cipher.roundKey(round));
        y = y.lanewise(ROL, 3).lanewise(XOR, x);
      }
      x.intoArray(hi, i);
      y.intoArray(lo, i);
    }
  }
}
