package org.blindbook.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.blindbook.bench.RawResults.Cell;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code blindbook bench report}. */
@Command(
    name = "report",
    exitCodeOnInvalidInput = TableCommand.USAGE,
    description = {
      "Write the tables of a Markdown page from raw measurements.",
      "",
      "A table stands between the lines '<!-- table of FILE -->' and '<!-- end of table -->', FILE"
          + " as seen from the page; one of docs/performance/measure-service between"
          + " '<!-- figures of FILE -->' and '<!-- end of figures -->'."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  blindbook bench report docs/performance.md",
      "  blindbook bench report docs/performance.md --check"
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:written, or with --check nothing to write",
      "1:wrong option, or a file that cannot be read",
      "2:with --check: a table is not that of its file"
    })
final class ReportCommand implements Callable<Integer> {
  static final int STALE = 2;

  private static final Pattern TABLE =
      Pattern.compile(
          "(<!-- (table|figures) of (\\S+) -->\n).*?(<!-- end of \\2 -->)", Pattern.DOTALL);

  /** Goals for one thread, µs per lookup, by log2 of the users and batch; docs/performance.md. */
  private static final Map<List<Integer>, String> GOALS =
      Map.of(
          List.of(20, 512), "3.5",
          List.of(22, 512), "13",
          List.of(24, 512), "45",
          List.of(20, 4096), "0.75",
          List.of(22, 4096), "2.2",
          List.of(24, 4096), "8.5",
          List.of(20, 65536), "0.45",
          List.of(22, 65536), "0.5",
          List.of(24, 65536), "1.2");

  @Parameters(paramLabel = "PAGE", description = "The Markdown page.")
  private Path page = Path.of("");

  @Option(
      names = "--check",
      description = "Write nothing; say whether there is something to write.")
  private boolean check;

  @Spec private @Nullable CommandSpec spec; // picocli's, before call()

  @Override
  public Integer call() {
    try {
      String text = Files.readString(page);
      List<String> stale = new ArrayList<>();
      StringBuilder written = new StringBuilder();
      Matcher table = TABLE.matcher(text);
      while (table.find()) {
        Path raw = page.resolveSibling(table.group(3));
        String rows =
            table.group(2).equals("table")
                ? markdown(RawResults.read(raw))
                : ServiceFigures.markdown(raw);
        String now = table.group(1) + rows + table.group(4);
        if (!now.equals(table.group())) {
          stale.add(table.group(3));
        }
        table.appendReplacement(written, Matcher.quoteReplacement(now));
      }
      table.appendTail(written);
      if (check && !stale.isEmpty()) {
        Objects.requireNonNull(spec)
            .commandLine()
            .getErr()
            .println(
                page
                    + " does not show what stands in "
                    + String.join(", ", stale)
                    + ": run blindbook bench report "
                    + page
                    + ".");
        return STALE;
      }
      if (!check) {
        Files.writeString(page, written);
      }
      return 0;
    } catch (IOException e) {
      throw new ParameterException(Objects.requireNonNull(spec).commandLine(), sentence(e), e);
    }
  }

  static String sentence(IOException e) {
    return e instanceof NoSuchFileException
        ? "There is no file " + e.getMessage() + "."
        : String.valueOf(e.getMessage());
  }

  private static String markdown(List<Cell> cells) {
    StringBuilder text =
        new StringBuilder(
            """
            | users | batch | threads | c × bins | µs per lookup | goal | routing, share of the batch \
            | pass, ns/slot | read, ns/slot | pass / read | updates/s | load/s |
            |---|---|---|---|---|---|---|---|---|---|---|---|
            """);
    for (Cell cell : cells.stream().sorted(Cell.ORDER).toList()) {
      text.append(
          String.format(
              Locale.ROOT,
              "| %s | %d | %d | %d × %d | %.3f | %s | %.0f %% | %.2f | %.2f | %.1f | %s | %s |\n",
              cell.usersText(),
              cell.batch(),
              cell.threads(),
              cell.slotsPerBin(),
              cell.bins(),
              cell.usPerLookup(),
              goal(cell),
              100 * cell.routingUs() / (cell.usPerLookup() * cell.batch()),
              cell.passNsPerSlot(),
              cell.readNsPerSlot(),
              cell.passNsPerSlot() / cell.readNsPerSlot(),
              thousands(cell.updatesPerSecond()),
              thousands(cell.loadPerSecond())));
    }
    return text.toString();
  }

  private static String goal(Cell cell) {
    boolean has = cell.threads() == 1 && cell.isPowerOfTwo();
    return has ? GOALS.getOrDefault(List.of(cell.logUsers(), cell.batch()), "") : "";
  }

  private static String thousands(double perSecond) {
    return String.format(Locale.ROOT, perSecond < 10_000 ? "%.1f k" : "%.0f k", perSecond / 1000);
  }
}
