package org.blindbook.auditor;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import org.blindbook.attestation.Check;
import org.blindbook.attestation.Finding;
import org.blindbook.attestation.Verdict;
import org.blindbook.auditor.image.Installation;

/** A judgement for people: one verdict line, the table of checks, what is not covered. */
final class TextReport {
  /** Widths of check, seen, required; what is longer goes on below. */
  private static final int[] WIDTHS = {32, 34, 34};

  private final PrintWriter out;

  TextReport(PrintWriter out) {
    this.out = out;
  }

  void print(Judgement judgement) {
    Verdict verdict = judgement.verdict();
    String enclave =
        judgement
            .enclave()
            .map(program -> " " + Installation.name(program) + " enclave")
            .orElse("");
    out.println(verdict.acceptable() ? accepted(judgement, enclave) : rejected(verdict, enclave));
    out.println();
    row("check", "seen", "required", "valid until");
    for (Check check : verdict.checks()) {
      row(
          (check.findings().isEmpty() ? "  " : "! ")
              + check.step().number()
              + " "
              + check.step().title(),
          check.seen(),
          check.required(),
          check.validUntil().map(String::valueOf).orElse(""));
    }
    if (!verdict.findings().isEmpty()) {
      out.println();
      out.println("Findings");
      for (Finding finding : verdict.findings()) {
        out.println("  " + finding.step().number() + " " + finding.text());
      }
      if (judgement.clockMayBeWrong()) {
        out.println(
            "  The clock of this device may be wrong: what is not valid at this time may be.");
      }
    }
    out.println();
    out.println("Not covered");
    for (String sentence : judgement.notCovered()) {
      out.println("  " + sentence);
    }
    out.flush();
  }

  private static String accepted(Judgement judgement, String enclave) {
    return judgement.policy()
        ? "ACCEPTED" + enclave + simulated(judgement.verdict())
        : "AUTHENTIC" + enclave + " (no policy given: any enclave would be)";
  }

  private static String rejected(Verdict verdict, String enclave) {
    String why =
        verdict.findings().stream()
            .findFirst()
            .map(Finding::text)
            .orElse("a check could not be made");
    return "REJECTED"
        + enclave
        + (verdict.authentic() ? " (authentic, not acceptable)" : " (not authentic)")
        + simulated(verdict)
        + ": "
        + why;
  }

  private static String simulated(Verdict verdict) {
    return verdict.simulated() ? " (simulated, no hardware guarantee)" : "";
  }

  private void row(String check, String seen, String required, String validUntil) {
    List<List<String>> columns =
        List.of(
            wrap(check, WIDTHS[0]),
            wrap(seen, WIDTHS[1]),
            wrap(required, WIDTHS[2]),
            List.of(validUntil));
    int height = columns.stream().mapToInt(List::size).max().orElse(1);
    for (int line = 0; line < height; line++) {
      StringBuilder text = new StringBuilder();
      for (int column = 0; column < columns.size(); column++) {
        String cell = line < columns.get(column).size() ? columns.get(column).get(line) : "";
        text.append(cell);
        if (column < WIDTHS.length) {
          text.append(" ".repeat(WIDTHS[column] - cell.length() + 2));
        }
      }
      out.println(text.toString().stripTrailing());
    }
  }

  private static List<String> wrap(String text, int width) {
    List<String> lines = new ArrayList<>();
    String rest = text;
    while (rest.length() > width) {
      int space = rest.lastIndexOf(' ', width);
      int end = space > 0 ? space : width;
      lines.add(rest.substring(0, end));
      rest = rest.substring(end).stripLeading();
    }
    lines.add(rest);
    return lines;
  }
}
