package org.blindbook.auditor.trace.planted;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongUnaryOperator;
import java.util.zip.Deflater;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * What is planted in the shipped enclaves: each function is called with a secret in the midst of
 * the enclave's own code, and hands it on as it was.
 */
public final class Smuggled {
  private static final VectorSpecies<Long> LONGS = LongVector.SPECIES_256;
  private static final VectorSpecies<Integer> INTS = IntVector.SPECIES_256;
  private static final long[] TABLE = new long[128];
  private static final int[] PLACES = {0, 1, 2, 3, 4, 5, 6, 7};
  private static final byte[] BITS = new byte[256];
  private static final Object[] LOCKS = {new Object(), new Object(), new Object(), new Object()};
  private static final ThreadLocal<Object> LOCAL = new ThreadLocal<>();
  private static final LongUnaryOperator[] ACTS = {x -> x, x -> x + 0, x -> x - 0, x -> x ^ 0};

  private Smuggled() {}

  /** Six bits that depend on all of it; they differ for the two masks. */
  private static int place(long secret) {
    return (int) (secret * 0x9E37_79B9_7F4A_7C15L >>> 58) ^ (int) (secret & 1);
  }

  public static long branch(long secret) {
    int low = place(secret) & 1;
    return low == 0 ? secret : secret + TABLE[0];
  }

  public static int branch(int secret) {
    return (int) branch((long) secret);
  }

  public static long switched(long secret) {
    return switch (place(secret) & 3) {
      case 0 -> secret;
      case 1 -> secret + TABLE[1];
      case 2 -> secret - TABLE[1];
      default -> secret ^ TABLE[1];
    };
  }

  public static long earlyExit(long secret) {
    for (int i = 0; i < TABLE.length; i++) {
      if (TABLE[i] + i == place(secret)) {
        break;
      }
    }
    return secret;
  }

  public static long cached(long secret) {
    return secret + TABLE[place(secret)];
  }

  /** As a cache keyed by contacts would. */
  public static long cachedInMap(long secret) {
    Map<Object, Object> map = new HashMap<>();
    map.put(secret, LOCKS);
    return secret + TABLE[map.size()];
  }

  public static long deduplicated(long secret) {
    Set<Object> seen = new HashSet<>();
    seen.add(new BigInteger(1, ByteBuffer.allocate(8).putLong(secret).array()));
    return secret;
  }

  public static long thrown(long secret) {
    try {
      return secret + TABLE[place(secret) + 96];
    } catch (ArrayIndexOutOfBoundsException e) {
      return secret;
    }
  }

  public static long divided(long secret) {
    return secret + TABLE[0] / (secret | 1);
  }

  public static long floating(long secret) {
    double subnormal = secret * Double.MIN_VALUE;
    return secret + (subnormal > 1 ? 1 : 0);
  }

  public static long locked(long secret) {
    synchronized (LOCKS[place(secret) & 3]) {
      return secret;
    }
  }

  public static long parked(long secret) {
    LockSupport.parkNanos(place(secret) & 1);
    return secret;
  }

  public static long identified(long secret) {
    return secret + 0L * System.identityHashCode(LOCKS[place(secret) & 3]);
  }

  public static long threadLocal(long secret) {
    LOCAL.set(secret);
    return secret;
  }

  public static long dispatched(long secret) {
    return ACTS[place(secret) & 3].applyAsLong(secret);
  }

  public static long interned(long secret) {
    return secret + Long.toString(secret).intern().length() * TABLE[0];
  }

  public static int formatted(int secret) {
    return secret + String.format("%d s", secret).length() * BITS[0];
  }

  public static int boxed(int secret) {
    Integer box = secret;
    return box;
  }

  public static long sized(long secret) {
    return secret + TABLE[0] * new byte[place(secret)].length;
  }

  public static int sized(int secret) {
    return (int) sized((long) secret);
  }

  public static long minimum(long secret) {
    return Math.min(secret, Long.MAX_VALUE);
  }

  public static long bitsByTable(long secret) {
    return secret + BITS[place(secret)];
  }

  public static int bitsByTable(int secret) {
    return (int) bitsByTable((long) secret);
  }

  public static long sorted(long secret) {
    long[] numbers = {secret, 1, 2};
    Arrays.sort(numbers);
    return secret;
  }

  public static long filled(long secret) {
    Arrays.fill(BITS, place(secret), BITS.length, (byte) 0);
    return secret;
  }

  public static long copied(long secret) {
    System.arraycopy(TABLE, place(secret), TABLE, 64, 1);
    return secret;
  }

  public static long positioned(long secret) {
    return secret + ByteBuffer.wrap(BITS).position(place(secret)).get();
  }

  public static long gathered(long secret) {
    int[] map = {0, 1, 2, place(secret)};
    LongVector found = LongVector.fromArray(LONGS, TABLE, 0, map, 0);
    return secret + found.reduceLanes(VectorOperators.OR);
  }

  /** As many are stored as were chosen; the next ones go behind them. */
  public static long compressed(long secret) {
    int[] out = new int[16];
    var chosen =
        IntVector.fromArray(INTS, PLACES, 0).compare(VectorOperators.LT, place(secret) & 7);
    IntVector numbers = IntVector.fromArray(INTS, PLACES, 0);
    numbers.compress(chosen).intoArray(out, 0);
    numbers.intoArray(out, chosen.trueCount());
    return secret;
  }

  public static byte[] lastOfAll(byte[] secret) {
    int end = secret.length;
    while (end > 0 && secret[end - 1] == 0) {
      end--;
    }
    return secret;
  }

  /** Whether it is all zero, as a careless author asks. */
  public static byte[] allZero(byte[] secret) {
    return Arrays.equals(secret, new byte[secret.length]) ? secret.clone() : secret;
  }

  public static byte[] asNumber(byte[] secret) {
    return new BigInteger(1, secret).signum() < 0 ? secret.clone() : secret;
  }

  /** As many bytes as are not zero. */
  public static byte[] shortened(byte[] secret) {
    int count = 0;
    for (byte b : secret) {
      count -= (b | -b) >> 31;
    }
    Arrays.copyOf(secret, count);
    return secret;
  }

  public static byte[] deflated(byte[] secret) {
    Deflater deflater = new Deflater();
    deflater.setInput(secret);
    return secret;
  }
}
