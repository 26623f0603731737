package org.blindbook.auditor.trace.planted;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Method;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import javax.crypto.Cipher;
import javax.crypto.spec.ChaCha20ParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** That the safe code is what it says: code that does nothing with a secret is safe for nothing. */
class SafeCodeTest {

  static Stream<Method> results() {
    return Stream.of(SafeMasks.class, SafeCiphers.class, SafeArithmetic.class, SafeVectors.class)
        .flatMap(type -> Stream.of(type.getDeclaredMethods()))
        .filter(method -> method.isAnnotationPresent(Safe.class));
  }

  @ParameterizedTest
  @MethodSource("results")
  void theResultDependsOnTheSecret(Method method) throws ReflectiveOperationException {
    Set<Object> results = new HashSet<>();
    for (long secret : new long[] {9, 12, 13, 8}) {
      results.add(method.invoke(null, secret));
    }
    assertThat(results).hasSizeGreaterThan(1);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 9, 200, 0x0706_0504_0302_0100L, -1})
  void ciphersAndHashesAreThoseOfTheRuntime(long secret) throws GeneralSecurityException {
    byte[] bytes = ByteBuffer.allocate(8).putLong(secret).array();
    byte[] digest = MessageDigest.getInstance("SHA-256").digest(bytes);
    assertThat(SafeCiphers.sha256(secret)).isEqualTo(ByteBuffer.wrap(digest).getLong());
    byte[] key = new byte[32];
    for (int i = 0; i < key.length; i++) {
      key[i] = (byte) (secret >>> (8 * (i % 4)));
    }
    Cipher cipher = Cipher.getInstance("ChaCha20");
    cipher.init(
        Cipher.ENCRYPT_MODE,
        new SecretKeySpec(key, "ChaCha20"),
        new ChaCha20ParameterSpec(new byte[12], 1));
    ByteBuffer stream = ByteBuffer.wrap(cipher.doFinal(new byte[64]));
    long words = (long) Integer.reverseBytes(stream.getInt()) << 32;
    words |= Integer.reverseBytes(stream.getInt()) & 0xFFFF_FFFFL;
    assertThat(SafeCiphers.chaCha20Block(secret)).isEqualTo(words);
  }

  /** The vector of Speck's authors. */
  @Test
  void speckEncryptsAsPublished() {
    assertThat(SafeCiphers.speck(0x0706_0504_0302_0100L)).isEqualTo(0xa65d_9851_7978_3265L);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 9, 200, 255})
  void arithmeticIsThatOfTheRuntime(long secret) {
    assertThat(SafeArithmetic.barrett(secret)).isEqualTo((secret * 1_000_003 & 0xFF_FFFF) % 3329);
    assertThat(SafeArithmetic.quotient(secret)).isEqualTo(1_000_003 / secret);
    BigInteger prime = BigInteger.ONE.shiftLeft(61).subtract(BigInteger.ONE);
    BigInteger power = BigInteger.valueOf(3).modPow(BigInteger.valueOf(secret), prime);
    assertThat(SafeArithmetic.power(secret))
        .isEqualTo(power.shiftLeft(64).mod(prime).longValueExact());
    assertThat(SafeMasks.bitCount(secret)).isEqualTo(Long.bitCount(secret));
    assertThat(SafeArithmetic.bytesByShifts(secret)).isEqualTo(Long.reverseBytes(secret));
  }

  @Test
  void masksChooseSortAndCount() {
    long[] sorted = LongStream.of(21, 9, 10, 40, 8, 13, 7, 33).sorted().toArray();
    assertThat(SafeMasks.bitonicSort(10))
        .isEqualTo(sorted[1] * 10_000 + sorted[2] * 100 + sorted[3]);
    assertThat(SafeMasks.countByMask(13)).isEqualTo(4);
    assertThat(SafeMasks.obliviousRead(3)).isEqualTo(40);
    assertThat(SafeMasks.minimumAndMaximum(12)).isEqualTo(1112);
    assertThat(SafeMasks.compareBytes(9)).isEqualTo(-1);
    assertThat(SafeMasks.hexadecimal(13)).isEqualTo('d');
    assertThat(SafeVectors.scan(13)).isEqualTo(5);
  }
}
