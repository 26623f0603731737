package org.blindbook.auditor.reachability;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.blindbook.auditor.image.Installation;
import org.blindbook.auditor.trace.ShippedEnclave;
import org.blindbook.platform.EnclaveProgram;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What an image contains, its process runs. */
class ReachabilityTest {

  private static ImageClasses classes(EnclaveProgram program) throws IOException {
    return new ImageClasses(ShippedEnclave.folder(program));
  }

  private static String main(EnclaveProgram program) {
    return switch (program) {
      case LOOKUP -> "org/blindbook/enclave/lookup/Main";
      case EVALUATOR -> "org/blindbook/enclave/evaluator/Main";
    };
  }

  /** The reviewed exceptions: {@code IMAGE CLASS.METHOD(PARAMETERS) : REASON}. */
  private static Set<String> exceptions(EnclaveProgram program) throws IOException {
    try (InputStream in = ReachabilityTest.class.getResourceAsStream("unreached.txt")) {
      String text = new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
      return text.lines()
          .filter(line -> !line.isBlank() && !line.startsWith("#"))
          .filter(
              line -> line.startsWith("both ") || line.startsWith(Installation.name(program) + " "))
          .map(line -> line.split(" ")[1])
          .collect(Collectors.toCollection(TreeSet::new));
    }
  }

  @ParameterizedTest
  @EnumSource(EnclaveProgram.class)
  void everyMethodOfAnImageCanRunOrIsAReviewedException(EnclaveProgram program) throws IOException {
    Set<String> unreached = new Reachability(classes(program), main(program)).unreached();
    assertThat(unreached).containsExactlyInAnyOrderElementsOf(exceptions(program));
  }

  @ParameterizedTest
  @EnumSource(EnclaveProgram.class)
  void anImageNeedsNoClassThatItDoesNotHold(EnclaveProgram program) throws IOException {
    assertThat(classes(program).missing()).isEmpty();
  }

  /** Our own code, and of others' what is named here. */
  @Test
  void theImagesHoldTheseJars() throws IOException {
    assertThat(jars(EnclaveProgram.LOOKUP))
        .containsExactly("enclave-base", "enclave-lookup", "protocol", "protocol-lookup");
    assertThat(jars(EnclaveProgram.EVALUATOR))
        .containsExactly(
            "bcprov-jdk18on",
            "enclave-base",
            "enclave-evaluator",
            "protocol",
            "protocol-evaluation");
  }

  /** The evaluator takes the field of 2^255 - 19 from its library, and nothing else. */
  @Test
  void ofTheLibraryTheEvaluatorNamesTheFieldOnly() throws IOException {
    assertThat(classes(EnclaveProgram.LOOKUP).named("org/bouncycastle/")).isEmpty();
    assertThat(classes(EnclaveProgram.EVALUATOR).named("org/bouncycastle/"))
        .containsExactly("org/bouncycastle/math/ec/rfc7748/X25519Field");
  }

  private static List<String> jars(EnclaveProgram program) throws IOException {
    try (Stream<Path> files = Files.list(ShippedEnclave.folder(program))) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.endsWith(".jar"))
          .map(name -> name.replaceFirst("-[0-9.]+\\.jar$", ""))
          .sorted()
          .toList();
    }
  }

  /** The benchmarks run on both images' jars together. */
  @Test
  void jarsOfOneNameAreTheSameFile() throws IOException {
    Path lookup = ShippedEnclave.folder(EnclaveProgram.LOOKUP);
    Path evaluator = ShippedEnclave.folder(EnclaveProgram.EVALUATOR);
    for (String name : List.of("protocol-0.1.0.jar", "enclave-base-0.1.0.jar")) {
      assertThat(Files.mismatch(lookup.resolve(name), evaluator.resolve(name)))
          .as(name)
          .isEqualTo(-1);
    }
  }
}
