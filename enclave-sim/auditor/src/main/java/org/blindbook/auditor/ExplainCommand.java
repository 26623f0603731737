package org.blindbook.auditor;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.blindbook.attestation.Fault;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code blindbook audit explain}. The texts are in {@code explanations.txt}. */
@Command(
    name = "explain",
    description =
        "Say what a finding or an exit code of blindbook audit verify means, and what to do."
            + " Without an argument: list what can be explained.",
    exitCodeOnInvalidInput = AuditException.USAGE,
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {"0:explained", "1:there is no such finding or exit code"},
    footerHeading = "%nExamples:%n",
    footer = {"  blindbook audit explain COLLATERAL_STALE", "  blindbook audit explain 6"})
final class ExplainCommand implements Callable<Integer> {
  private static final String TEXTS = "explanations.txt";

  @Spec private @Nullable CommandSpec spec; // picocli's, before call()

  @Parameters(
      arity = "0..1",
      paramLabel = "FINDING|EXITCODE",
      description = "A finding's fault, as in --json, or an exit code.")
  private @Nullable String asked;

  @Override
  public Integer call() {
    PrintWriter out = Objects.requireNonNull(spec).commandLine().getOut();
    Map<String, List<String>> texts = texts();
    if (asked == null) {
      texts.forEach((name, lines) -> out.println(name + "  " + lines.get(0)));
      return 0;
    }
    String name = asked.toUpperCase(Locale.ROOT);
    List<String> lines = texts.get(name);
    if (lines == null) {
      spec.commandLine()
          .getErr()
          .println(
              "There is nothing called "
                  + asked
                  + ": blindbook audit explain without an argument lists all.");
      return AuditException.USAGE;
    }
    out.println(name);
    lines.forEach(line -> out.println("  " + line));
    for (Fault fault : Fault.values()) {
      if (name.equals(fault.name())) {
        out.println("  Exit code " + fault.exitCode() + ".");
      } else if (name.equals(String.valueOf(fault.exitCode()))) {
        out.println("  " + fault.name());
      }
    }
    return 0;
  }

  /** By name, in the file's order: a line that is a name, then indented lines about it. */
  static Map<String, List<String>> texts() {
    Map<String, List<String>> texts = new LinkedHashMap<>();
    List<String> current = new ArrayList<>();
    try (InputStream in = ExplainCommand.class.getResourceAsStream(TEXTS)) {
      for (String line :
          new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8)
              .split("\n")) {
        if (line.startsWith(" ")) {
          current.add(line.strip());
        } else if (!line.isBlank()) {
          current = new ArrayList<>();
          texts.put(line, current);
        }
      }
      return texts;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
