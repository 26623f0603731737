package org.blindbook.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.function.ToDoubleFunction;
import org.blindbook.bench.LogPlot.Point;
import org.blindbook.bench.LogPlot.Series;
import org.blindbook.bench.RawResults.Cell;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code blindbook bench plot}. */
@Command(
    name = "plot",
    exitCodeOnInvalidInput = TableCommand.USAGE,
    description = {
      "Draw what blindbook bench table --json measured, as SVG.",
      "",
      "Two plots for each number of threads in the file: microseconds per lookup over the batch,"
          + " and the pass beside a read of the same memory over the number of users. Of a cell"
          + " measured twice the later line counts."
    },
    footerHeading = "%nExamples:%n",
    footer = {"  blindbook bench plot docs/performance/grid.jsonl --out docs/performance"})
final class PlotCommand implements Callable<Integer> {
  @Parameters(paramLabel = "FILE", description = "Lines of blindbook bench table --json.")
  private Path file = Path.of("");

  @Option(
      names = "--out",
      paramLabel = "DIR",
      required = true,
      description = "Where to write lookups-Nt.svg and pass-Nt.svg, for N threads.")
  private Path folder = Path.of("");

  @Spec private @Nullable CommandSpec spec; // picocli's, before call()

  @Override
  public Integer call() {
    try {
      List<Cell> cells = latest(RawResults.read(file));
      if (cells.isEmpty()) {
        throw new IOException(file + " holds no measurement of a power of two of users.");
      }
      Files.createDirectories(folder);
      for (int threads : cells.stream().map(Cell::threads).distinct().sorted().toList()) {
        List<Cell> those = cells.stream().filter(cell -> cell.threads() == threads).toList();
        String with = threads == 1 ? "one thread" : threads + " threads";
        Files.writeString(
            folder.resolve("lookups-" + threads + "t.svg"), lookups(those, with).svg());
        Files.writeString(folder.resolve("pass-" + threads + "t.svg"), pass(those, with).svg());
      }
      return 0;
    } catch (IOException e) {
      throw new ParameterException(
          Objects.requireNonNull(spec).commandLine(), ReportCommand.sentence(e), e);
    }
  }

  private static List<Cell> latest(List<Cell> cells) {
    Map<List<Number>, Cell> latest = new LinkedHashMap<>();
    for (Cell cell : cells) {
      if (cell.isPowerOfTwo()) {
        latest.put(List.of(cell.users(), cell.batch(), cell.threads()), cell);
      }
    }
    List<Cell> sorted = new ArrayList<>(latest.values());
    sorted.sort(Cell.ORDER);
    return sorted;
  }

  private static LogPlot lookups(List<Cell> cells, String with) {
    List<Integer> batches = cells.stream().map(Cell::batch).distinct().sorted().toList();
    List<Integer> sizes = cells.stream().map(Cell::logUsers).distinct().sorted().toList();
    List<Series> series = new ArrayList<>();
    for (int size : sizes.reversed()) { // as the lines stand, the largest table above
      List<Cell> those = cells.stream().filter(cell -> cell.logUsers() == size).toList();
      String colour = LogPlot.colour(sizes.indexOf(size), sizes.size());
      series.add(
          line("2^" + size + " users", colour, false, those, Cell::batch, Cell::usPerLookup));
    }
    return new LogPlot(
        "A lookup, routing included: " + with,
        "queries in a batch",
        "µs per lookup",
        batches.stream().map(Double::valueOf).toList(),
        batches.stream().map(String::valueOf).toList(),
        series);
  }

  private static LogPlot pass(List<Cell> cells, String with) {
    List<Integer> batches = cells.stream().map(Cell::batch).distinct().sorted().toList();
    List<Integer> sizes = cells.stream().map(Cell::logUsers).distinct().sorted().toList();
    List<Series> series = new ArrayList<>();
    for (int batch : batches.reversed()) {
      List<Cell> those = cells.stream().filter(cell -> cell.batch() == batch).toList();
      String colour = LogPlot.colour(batches.indexOf(batch), batches.size());
      series.add(line("batch " + batch, colour, false, those, Cell::users, Cell::passNsPerSlot));
    }
    series.add(
        new Series("read alone", "#888", true, sizes.stream().map(s -> read(cells, s)).toList()));
    return new LogPlot(
        "The pass, and a vectorised read of the same memory: " + with,
        "users",
        "ns per slot",
        sizes.stream().map(size -> (double) (1L << size)).toList(),
        sizes.stream().map(size -> "2^" + size).toList(),
        series);
  }

  /** The middle one of the reads beside batches of all sizes. */
  private static Point read(List<Cell> cells, int size) {
    double[] reads =
        cells.stream()
            .filter(cell -> cell.logUsers() == size)
            .mapToDouble(Cell::readNsPerSlot)
            .sorted()
            .toArray();
    return new Point(1L << size, reads[reads.length / 2]);
  }

  private static Series line(
      String name,
      String colour,
      boolean dashed,
      List<Cell> cells,
      ToDoubleFunction<Cell> x,
      ToDoubleFunction<Cell> y) {
    return new Series(
        name,
        colour,
        dashed,
        cells.stream()
            .map(cell -> new Point(x.applyAsDouble(cell), y.applyAsDouble(cell)))
            .toList());
  }
}
