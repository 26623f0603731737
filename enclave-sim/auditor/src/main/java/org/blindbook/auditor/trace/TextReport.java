package org.blindbook.auditor.trace;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.joining;
import static java.util.stream.Collectors.mapping;

import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import org.blindbook.auditor.image.Installation;
import org.blindbook.auditor.trace.ObliviousnessCheck.FamilyResult;
import org.blindbook.auditor.trace.Verdict.Divergence;
import org.blindbook.auditor.trace.coverage.LineCoverage;
import org.blindbook.auditor.trace.instrument.Site;

/** The report for people: each family as it is done, then what it all means. */
final class TextReport {
  private final PrintWriter out;

  TextReport(PrintWriter out) {
    this.out = out;
  }

  void start(ShippedImage image) {
    out.println(
        "Obliviousness check of the "
            + Installation.name(image.program())
            + " enclave in "
            + image.folder());
    image.digests().forEach((jar, digest) -> out.println("  " + digest + "  " + jar));
    out.println();
    out.printf(
        "%-11s %-17s %6s %14s %8s  %s%n",
        "kernel", "family", "inputs", "events each", "seconds", "verdict");
    out.flush();
  }

  void family(FamilyResult result) {
    out.printf(
        Locale.ROOT,
        "%-11s %-17s %6d %,14d %8.1f  %s%n",
        result.kernel(),
        result.family().name(),
        result.family().inputs().size(),
        result.events(),
        result.millis() / 1000.0,
        word(result.verdict()));
    switch (result.verdict()) {
      case Verdict.Equal equal -> {}
      case Verdict.Differs differs -> divergence(differs.at());
      case Verdict.Nondeterministic twice ->
          out.println(
              "    The input '" + twice.input() + "' gave another trace when it ran again.");
      case Verdict.Unanalysed unanalysed ->
          unanalysed.because().forEach(reason -> out.println("    " + reason));
    }
    out.flush();
  }

  private void divergence(Divergence at) {
    out.printf(Locale.ROOT, "    First difference at event %,d%n", at.event());
    out.println("      '" + at.firstInput() + "': " + at.first());
    out.println("      '" + at.otherInput() + "': " + at.other());
    out.println("      after " + at.before());
  }

  static String word(Verdict verdict) {
    return switch (verdict) {
      case Verdict.Equal equal -> "equal";
      case Verdict.Differs differs -> "DIFFERS";
      case Verdict.Nondeterministic twice -> "NONDETERMINISTIC";
      case Verdict.Unanalysed unanalysed -> "UNANALYSED";
    };
  }

  void end(TraceReport report) {
    out.println();
    out.println(
        switch (report.outcome()) {
          case EQUAL ->
              "Equal: within each family, no input can be told from another by memory accesses,"
                  + " branches, sizes or calls.";
          case DIFFERS ->
              "Differs: somebody who watches the enclave's memory can tell inputs apart. This is a"
                  + " leak, or a family whose inputs are not of one public shape.";
          case UNANALYSED ->
              "Not a pass: nothing differed, but something ran that this check cannot judge.";
        });
    report
        .kernelClasses()
        .forEach(
            (kernel, types) -> {
              if (!kernel.equals(ObliviousnessCheck.NO_KERNEL)) {
                out.println("Kernel " + kernel + ": " + types + " ran.");
              }
            });
    out.println();
    out.println("Not covered by this check");
    out.println(
        "  Compiled code: it traces bytecode; that the compiler adds no branch is for the timing"
            + " check and for --machine-code.");
    out.println("  Time, power, speculation, cache state beyond addresses.");
    out.println("  Trusted primitives, which ran but were not traced:");
    report.trusted().forEach((method, reason) -> out.println("    " + method + ": " + reason));
    lines(report);
    out.flush();
  }

  /** Lines that did not run, a method a line; what is left to review as the review has it. */
  private void lines(TraceReport report) {
    LineCoverage coverage = report.coverage();
    out.printf(
        Locale.ROOT,
        "  Lines of the enclave that no family of this run ran, %,d of %,d:%n",
        coverage.notRun().size(),
        coverage.lines());
    byMethod(coverage.notRun(), line -> Integer.toString(line.line()))
        .forEach((method, lines) -> out.println("    " + method + ": " + lines));
    if (!report.whole()) {
      out.println("  Only a part was asked for: whether every line ran is not judged.");
      return;
    }
    if (!coverage.unreviewed().isEmpty()) {
      out.println();
      out.println("Neither run nor reviewed, for reviewed-lines.txt or a family:");
      byMethod(coverage.unreviewed(), line -> line.line() + " is " + line.detail())
          .forEach((method, lines) -> out.println("  " + method + ", line " + lines));
    }
    if (!coverage.outdated().isEmpty()) {
      out.println();
      out.println("Outdated in reviewed-lines.txt:");
      coverage.outdated().forEach(entry -> out.println("  " + entry));
    }
  }

  private static Map<String, String> byMethod(List<Site> lines, Function<Site, String> shown) {
    return lines.stream()
        .collect(
            groupingBy(
                line -> line.type() + "." + line.method(),
                LinkedHashMap::new,
                mapping(shown, joining(", "))));
  }
}
