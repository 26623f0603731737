package org.blindbook.edge.compiled;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TableKernelTest {
  private static OptionalInt number(String text) {
    return text == null ? OptionalInt.empty() : OptionalInt.of(Integer.parseInt(text));
  }

  @ParameterizedTest
  @CsvSource({
    "3, 64, VECTOR512",
    "3, 32, VECTOR256", // AVX-512 with vectors kept short, as on the first Skylakes
    "2, 32, VECTOR256",
    "1, 32, PLAIN", // 256 bits, but of floating-point numbers only
    "0, 16, PLAIN",
    ", 64, VECTOR512", // SVE
    ", 16, PLAIN", // NEON
    "2, , PLAIN", // no C2
    ", , PLAIN"
  })
  void theKernelIsAsWideAsTheJvmsVectors(String avx, String bytes, TableKernel kernel) {
    assertThat(TableKernel.of(number(avx), number(bytes))).isEqualTo(kernel);
  }

  @Test
  void labelsAreReadBack() {
    for (TableKernel kernel : TableKernel.values()) {
      assertThat(TableKernel.of(kernel.label())).contains(kernel);
    }
    assertThat(TableKernel.of("vector128")).isEmpty();
  }
}
