package org.blindbook.edge.compiled;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * On which Java runtimes, machines and kernels an enclave's compiled code was stepped through and
 * found equal: the reviewed list {@code stepped-code.txt}, whose head says how it grows.
 */
public final class SteppedCode {
  private static final String LIST = "stepped-code.txt";
  private static final int COLUMNS = 6;

  /** In place of a kernel, of an enclave that has none. */
  public static final String NO_KERNEL = "none";

  /**
   * One combination.
   *
   * @param image the enclave's program, {@code lookup} or {@code evaluator}
   * @param kernel a {@link TableKernel#label}, or {@link #NO_KERNEL}
   * @param architecture as Java's {@code os.arch}
   * @param jdk vendor and version, as Java's {@code java.vendor.version}
   * @param runtimeDigest of the Java runtime, as enclaves claim it, in hexadecimal
   * @param run file of {@code docs/audit-runs} with the report
   */
  public record Combination(
      String image,
      String kernel,
      String architecture,
      String jdk,
      String runtimeDigest,
      String run) {}

  private final List<Combination> combinations;

  SteppedCode(Stream<String> lines) {
    this.combinations =
        lines
            .filter(line -> !line.isBlank() && !line.startsWith("#"))
            .map(SteppedCode::combination)
            .toList();
  }

  /** The list of this release. */
  public static SteppedCode reviewed() {
    try (InputStream in = SteppedCode.class.getResourceAsStream(LIST)) {
      return new SteppedCode(
          new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8).lines());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Combination combination(String line) {
    String[] columns = line.split(" +");
    if (columns.length != COLUMNS) {
      throw new IllegalArgumentException("a combination has " + COLUMNS + " columns: " + line);
    }
    return new Combination(columns[0], columns[1], columns[2], columns[3], columns[4], columns[5]);
  }

  public List<Combination> combinations() {
    return combinations;
  }

  /**
   * For whoever knows an enclave by what it claims: the digest names the build, and so the
   * architecture.
   *
   * @param runtimeDigest in lower-case hexadecimal
   */
  public boolean covers(String image, String kernel, String runtimeDigest) {
    return combinations.stream()
        .anyMatch(c -> of(c, image, kernel) && c.runtimeDigest.equals(runtimeDigest));
  }

  /** For whoever runs an enclave on the Java runtime that this is asked on. */
  public boolean coversThisRuntime(String image, String kernel) {
    return covers(image, kernel, System.getProperty("os.arch", ""), thisJdk());
  }

  boolean covers(String image, String kernel, String architecture, String jdk) {
    return combinations.stream()
        .anyMatch(
            c -> of(c, image, kernel) && c.architecture.equals(architecture) && c.jdk.equals(jdk));
  }

  private static boolean of(Combination combination, String image, String kernel) {
    return combination.image.equals(image) && combination.kernel.equals(kernel);
  }

  /** The Java runtime that this is asked on, for a sentence. */
  public static String thisRuntime() {
    return thisJdk() + " on " + System.getProperty("os.arch", "an unknown architecture");
  }

  private static String thisJdk() {
    return System.getProperty(
        "java.vendor.version", "Java " + System.getProperty("java.runtime.version", "unknown"));
  }
}
