package org.blindbook.enclave.oblivious;

import java.util.Arrays;

/**
 * The block cipher Speck128/256 as a keyed permutation of 128-bit keys: two 64-bit words, 34 rounds
 * of addition, rotation and XOR (Beaulieu et al., "The SIMON and SPECK Families of Lightweight
 * Block Ciphers", ePrint 2013/404, section 4; ISO/IEC 29167-22).
 *
 * <p>It has no table and no branch, runs in vector lanes as it stands, and can be undone: a table
 * that grows recovers the original keys from its tags and needs no second copy of them.
 */
public final class Speck128 {
  public static final int KEY_WORDS = 4;
  static final int ROUNDS = 34;

  private final long[] roundKeys = new long[ROUNDS];

  /**
   * @param key {@value #KEY_WORDS} words, the least significant first
   */
  public Speck128(long[] key) {
    if (key.length != KEY_WORDS) {
      throw new IllegalArgumentException("a Speck128/256 key has " + KEY_WORDS + " words");
    }
    long[] l = new long[KEY_WORDS - 1 + ROUNDS];
    System.arraycopy(key, 1, l, 0, KEY_WORDS - 1);
    long k = key[0];
    for (int i = 0; i < ROUNDS; i++) {
      roundKeys[i] = k;
      long next = (k + Long.rotateRight(l[i], 8)) ^ i;
      l[i + KEY_WORDS - 1] = next;
      k = Long.rotateLeft(k, 3) ^ next;
    }
    Arrays.fill(l, 0);
  }

  /**
   * The key of round {@code round}, for kernels that run the rounds in vector lanes.
   *
   * @leaks the number of the round
   */
  long roundKey(int round) {
    return roundKeys[round];
  }

  /**
   * Encrypts the blocks {@code (hi[i], lo[i])} for i in [from, to) in place.
   *
   * @leaks the range
   */
  public void encrypt(long[] hi, long[] lo, int from, int to) {
    for (int i = from; i < to; i++) {
      long x = hi[i];
      long y = lo[i];
      for (int round = 0; round < ROUNDS; round++) {
        x = (Long.rotateRight(x, 8) + y) ^ roundKeys[round];
        y = Long.rotateLeft(y, 3) ^ x;
      }
      hi[i] = x;
      lo[i] = y;
    }
  }

  /**
   * Undoes {@link #encrypt}.
   *
   * @leaks the range
   */
  public void decrypt(long[] hi, long[] lo, int from, int to) {
    for (int i = from; i < to; i++) {
      long x = hi[i];
      long y = lo[i];
      for (int round = ROUNDS - 1; round >= 0; round--) {
        y = Long.rotateRight(y ^ x, 3);
        x = Long.rotateLeft((x ^ roundKeys[round]) - y, 8);
      }
      hi[i] = x;
      lo[i] = y;
    }
  }

  /**
   * Forgets the key; the permutation is of no use afterwards.
   *
   * @leaks nothing
   */
  public void wipe() {
    Arrays.fill(roundKeys, 0);
  }
}
