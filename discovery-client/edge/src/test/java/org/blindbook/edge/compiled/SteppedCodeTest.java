package org.blindbook.edge.compiled;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class SteppedCodeTest {
  private static final Path RUNS = Path.of("../../docs/audit-runs");

  private final SteppedCode code =
      new SteppedCode(
          Stream.of("# a remark", "", "lookup  plain amd64 Vendor-25.0.3+9 ab12 run.txt"));

  @Test
  void aCombinationIsCoveredAsAWholeOnly() {
    assertThat(code.covers("lookup", "plain", "ab12")).isTrue();
    assertThat(code.covers("lookup", "plain", "ab13")).isFalse();
    assertThat(code.covers("lookup", "vector256", "ab12")).isFalse();
    assertThat(code.covers("evaluator", "plain", "ab12")).isFalse();
    assertThat(code.covers("lookup", "plain", "amd64", "Vendor-25.0.3+9")).isTrue();
    assertThat(code.covers("lookup", "plain", "aarch64", "Vendor-25.0.3+9")).isFalse();
    assertThat(code.covers("lookup", "plain", "amd64", "Vendor-25.0.4+8")).isFalse();
    assertThat(code.covers("lookup", "vector512", "amd64", "Vendor-25.0.3+9")).isFalse();
  }

  @Test
  void aLineOfAnotherShapeIsRefused() {
    assertThatThrownBy(() -> new SteppedCode(Stream.of("lookup plain amd64 Vendor-25 ab12")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("6 columns");
  }

  /** The list claims nothing that its report does not show. */
  @Test
  void everyReviewedCombinationHasItsReport() throws IOException {
    assertThat(SteppedCode.reviewed().combinations()).isNotEmpty();
    for (SteppedCode.Combination combination : SteppedCode.reviewed().combinations()) {
      assertThat(combination.runtimeDigest()).matches("[0-9a-f]{64}");
      String report = Files.readString(RUNS.resolve(combination.run()));
      assertThat(report).contains("--image " + combination.image());
      assertThat(report.lines().filter(line -> line.startsWith(combination.kernel() + " ")))
          .as(combination.toString())
          .isNotEmpty()
          .allMatch(
              line ->
                  line.contains(" planted: ") ? line.contains("  seen") : line.endsWith("  equal"));
    }
  }
}
