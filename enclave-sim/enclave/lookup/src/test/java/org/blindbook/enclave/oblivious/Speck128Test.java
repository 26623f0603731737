package org.blindbook.enclave.oblivious;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class Speck128Test {

  @Test
  void encryptsTheVectorOfThePaper() {
    // ePrint 2013/404, appendix C, Speck128/256.
    long[] key = {
      0x0706050403020100L, 0x0f0e0d0c0b0a0908L, 0x1716151413121110L, 0x1f1e1d1c1b1a1918L
    };
    long[] hi = {0x65736f6874206e49L};
    long[] lo = {0x202e72656e6f6f70L};
    new Speck128(key).encrypt(hi, lo, 0, 1);
    assertThat(hi[0]).isEqualTo(0x4109010405c0f53eL);
    assertThat(lo[0]).isEqualTo(0x4eeeb48d9c188f43L);
  }

  @Test
  void decryptUndoesEncrypt() {
    SplittableRandom random = new SplittableRandom(2);
    Speck128 cipher = new Speck128(random.longs(4).toArray());
    long[] hi = random.longs(100).toArray();
    long[] lo = random.longs(100).toArray();
    long[] a = hi.clone();
    long[] b = lo.clone();
    cipher.encrypt(a, b, 3, 97);
    assertThat(a[0]).isEqualTo(hi[0]);
    assertThat(a[3]).isNotEqualTo(hi[3]);
    cipher.decrypt(a, b, 3, 97);
    assertThat(a).isEqualTo(hi);
    assertThat(b).isEqualTo(lo);
  }

  @Test
  void refusesAKeyOfAnotherLength() {
    assertThatThrownBy(() -> new Speck128(new long[2]))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
