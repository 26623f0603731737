package org.blindbook.architecture;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * The enclave images, and what an auditor has to read of each. Run as a program it prints how many
 * lines of code each package of an image has; docs/auditing.md has the command.
 */
final class TrustedImages {
  /**
   * One image: all that is in its jars, except the libraries of others.
   *
   * @param modules folders of its modules, from the repository's root
   * @param budget the most lines of code that it may have, as {@link CodeLines} counts them
   */
  record Image(String name, List<String> modules, int budget) {
    /** Lines of code by package. */
    Map<String, Integer> lines(Path root) throws IOException {
      return CodeLines.byPackage(
          modules.stream().map(module -> root.resolve(module).resolve("src/main/java")).toList());
    }
  }

  private static final String PROTOCOL = "enclave-sim/protocol";
  private static final String BASE = "enclave-sim/enclave/base";

  static final List<Image> ALL =
      List.of(
          new Image(
              "lookup",
              List.of(PROTOCOL, BASE, "enclave-sim/protocol-lookup", "enclave-sim/enclave/lookup"),
              4_472),
          new Image(
              "evaluator",
              List.of(
                  PROTOCOL,
                  BASE,
                  "enclave-sim/protocol-evaluation",
                  "enclave-sim/enclave/evaluator"),
              3_000));

  private TrustedImages() {}

  static int total(Map<String, Integer> lines) {
    return lines.values().stream().mapToInt(Integer::intValue).sum();
  }

  /** Started in the repository's root. */
  public static void main(String[] arguments) throws IOException {
    for (Image image : ALL) {
      Map<String, Integer> lines = image.lines(Path.of(""));
      lines.forEach((name, count) -> System.out.printf("%6d  %s%n", count, name));
      System.out.printf(
          "%6d  in the image \"%s\", which may have %d%n%n",
          total(lines), image.name(), image.budget());
    }
  }
}
