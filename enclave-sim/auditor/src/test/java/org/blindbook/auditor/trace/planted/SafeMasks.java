package org.blindbook.auditor.trace.planted;

/** Choosing, comparing, sorting and counting as constant-time code does it: by masks. */
final class SafeMasks {
  private static final long[] TABLE = {21, 9, 12, 40, 8, 13, 7, 33};

  private SafeMasks() {}

  private static long nonZero(long x) {
    return (x | -x) >> 63;
  }

  private static long below(long a, long b) {
    return ((~a & b) | (~(a ^ b) & (a - b))) >> 63;
  }

  private static long choose(long mask, long a, long b) {
    return b ^ (mask & (a ^ b));
  }

  private static byte[] bytesOf(long secret) {
    byte[] bytes = new byte[16];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) (secret >>> (i % 8 * 8));
    }
    return bytes;
  }

  @Safe
  static long conditionalSwap(long secret) {
    long[] left = {1, 2, 3, 4};
    long[] right = {5, 6, 7, 8};
    long mask = -(secret & 1);
    for (int i = 0; i < left.length; i++) {
      long difference = mask & (left[i] ^ right[i]);
      left[i] ^= difference;
      right[i] ^= difference;
    }
    return left[0] * 16 + right[0];
  }

  @Safe
  static long compareBytes(long secret) {
    byte[] given = bytesOf(secret);
    byte[] expected = bytesOf(9);
    int difference = 0;
    for (int i = 0; i < given.length; i++) {
      difference |= given[i] ^ expected[i];
    }
    return ~nonZero(difference);
  }

  @Safe
  static long minimumAndMaximum(long secret) {
    long mask = below(secret, 11);
    return choose(mask, secret, 11) * 100 + choose(mask, 11, secret);
  }

  @Safe
  static long largestOfAll(long secret) {
    long largest = 0;
    for (long element : TABLE) {
      long candidate = element ^ secret;
      largest = choose(below(largest, candidate), candidate, largest);
    }
    return largest;
  }

  @Safe
  static long obliviousRead(long secret) {
    long wanted = secret & 7;
    long found = 0;
    for (int i = 0; i < TABLE.length; i++) {
      found |= TABLE[i] & ~nonZero(i ^ wanted);
    }
    return found;
  }

  @Safe
  static long obliviousWrite(long secret) {
    long[] cells = TABLE.clone();
    for (int i = 0; i < cells.length; i++) {
      cells[i] = choose(~nonZero(i ^ (secret & 7)), -1, cells[i]);
    }
    return cells[0] + 3 * cells[1] + 5 * cells[4] + 7 * cells[5];
  }

  /** Batcher's bitonic sort: who meets whom follows from the positions. */
  @Safe
  static long bitonicSort(long secret) {
    long[] numbers = TABLE.clone();
    numbers[2] = secret;
    for (int run = 2; run <= numbers.length; run *= 2) {
      for (int stride = run / 2; stride > 0; stride /= 2) {
        for (int i = 0; i < numbers.length; i++) {
          int other = i ^ stride;
          if (other > i) {
            boolean ascending = (i & run) == 0;
            compareExchange(numbers, ascending ? i : other, ascending ? other : i);
          }
        }
      }
    }
    return numbers[1] * 10_000 + numbers[2] * 100 + numbers[3];
  }

  private static void compareExchange(long[] numbers, int low, int high) {
    long swap = below(numbers[high], numbers[low]) & (numbers[low] ^ numbers[high]);
    numbers[low] ^= swap;
    numbers[high] ^= swap;
  }

  @Safe
  static long prefixSum(long secret) {
    long[] sums = new long[TABLE.length + 1];
    for (int i = 0; i < TABLE.length; i++) {
      sums[i + 1] = sums[i] + (TABLE[i] & secret);
    }
    return sums[3] + 1000 * sums[TABLE.length];
  }

  @Safe
  static long countByMask(long secret) {
    long count = 0;
    for (long element : TABLE) {
      count -= below(element, secret);
    }
    return count;
  }

  /** To where each kept element goes, without moving one: the first half of a compaction. */
  @Safe
  static long distances(long secret) {
    long skipped = 0;
    long sum = 0;
    for (int i = 0; i < TABLE.length; i++) {
      long keep = -((secret >>> (i & 3)) & 1);
      sum += (i + 1) * (skipped & keep);
      skipped -= ~keep;
    }
    return sum;
  }

  @Safe
  static long magnitudeAndSign(long secret) {
    long x = secret - 11;
    long sign = x >> 63;
    return ((x ^ sign) - sign) * 10 + (sign & 1);
  }

  /** How many bits are set, without a table. */
  @Safe
  static long bitCount(long secret) {
    long x = secret;
    x -= (x >>> 1) & 0x5555_5555_5555_5555L;
    x = (x & 0x3333_3333_3333_3333L) + ((x >>> 2) & 0x3333_3333_3333_3333L);
    x = (x + (x >>> 4)) & 0x0f0f_0f0f_0f0f_0f0fL;
    return (x * 0x0101_0101_0101_0101L) >>> 56;
  }

  /** A character of a hexadecimal text, by arithmetic. */
  @Safe
  static long hexadecimal(long secret) {
    int digit = (int) secret & 15;
    return '0' + digit + (((9 - digit) >> 31) & ('a' - '0' - 10));
  }

  /** The mask's own text, which is public, may choose; the secret goes along as data. */
  @Safe
  static long publicLoopOverSecrets(long secret) {
    long sum = 0;
    for (int i = 0; i < TABLE.length; i++) {
      sum += i % 3 == 0 ? secret : secret * TABLE[i];
    }
    return sum;
  }
}
