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
import java.util.Optional;
import java.util.concurrent.Callable;
import org.blindbook.attestation.Fault;
import org.blindbook.attestation.KnownBroken;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code blindbook audit explain}. The texts are in {@code explanations.txt}. */
@Command(
    name = "explain",
    description =
        "Say what a finding, a step, a TCB status or an exit code of blindbook audit verify means,"
            + " and what to do."
            + " Without an argument: list what can be explained.",
    exitCodeOnInvalidInput = AuditException.USAGE,
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {"0:explained", "1:there is nothing of that name"},
    footerHeading = "%nExamples:%n",
    footer = {
      "  blindbook audit explain COLLATERAL_STALE",
      "  blindbook audit explain 6",
      "  blindbook audit explain 4.3"
    })
final class ExplainCommand implements Callable<Integer> {
  private static final String TEXTS = "explanations.txt";

  @Spec private @Nullable CommandSpec spec; // picocli's, before call()

  @Parameters(
      arity = "0..1",
      paramLabel = "NAME|NUMBER",
      description =
          "A finding's fault, as in --json, a step, a TCB status, a hole or an exit code.")
  private @Nullable String asked;

  @Override
  public Integer call() {
    PrintWriter out = Objects.requireNonNull(spec).commandLine().getOut();
    Map<String, List<String>> texts = texts();
    if (asked == null) {
      texts.forEach((name, lines) -> out.println(name + "  " + lines.get(0)));
      KnownBroken.entries().forEach(hole -> out.println(hole.name() + "  " + hole.reference()));
      return 0;
    }
    String name = asked.toUpperCase(Locale.ROOT);
    boolean known = false;
    for (String key : List.of(name, "step " + name, name + "_TCB")) {
      List<String> lines = texts.get(key);
      if (lines != null) {
        known = true;
        print(key, lines, out);
      }
    }
    Optional<KnownBroken.Entry> hole = KnownBroken.entry(asked.toLowerCase(Locale.ROOT));
    hole.ifPresent(entry -> print(entry, out));
    if (!known && hole.isEmpty()) {
      spec.commandLine()
          .getErr()
          .println(
              "There is nothing called "
                  + asked
                  + ": blindbook audit explain without an argument lists all.");
      return AuditException.USAGE;
    }
    return 0;
  }

  private static void print(KnownBroken.Entry hole, PrintWriter out) {
    out.println(hole.name());
    out.println("  Known since " + hole.since() + ": " + hole.reference() + ".");
    out.println("  Platforms: " + hole.platforms() + ".");
    out.println("  Broken: " + hole.breaks() + ".");
    out.println("  What still holds: " + hole.holds() + ".");
    out.println("  Whoever accepts that writes " + hole.name() + " under knownBroken.");
  }

  private static void print(String key, List<String> lines, PrintWriter out) {
    out.println(key);
    lines.forEach(line -> out.println("  " + line));
    for (Fault fault : Fault.values()) {
      if (key.equals(fault.name())) {
        out.println("  Exit code " + fault.exitCode() + ".");
      } else if (key.equals(String.valueOf(fault.exitCode()))) {
        out.println("  " + fault.name());
      }
    }
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
