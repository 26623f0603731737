package org.blindbook.bench;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.blindbook.enclave.table.BenchmarkProgress;
import org.blindbook.enclave.table.TableRounds;
import org.blindbook.enclave.table.TableWorkload;

/**
 * Tables measured by turns in one process, so that what else the machine does meets all alike. What
 * counts is a variant's time over that of the first in the same turn.
 *
 * @param figures of each variant, for each of {@link TableRounds#FIGURES}, one for each turn
 */
record TableComparison(TableWorkload workload, List<String> names, double[][][] figures) {
  private static final List<String> PARTS = List.of("whole", "routing", "pass", "read");

  /** A part of a lookup, of one variant. */
  private record Part(String name, double median, double ratio, double low, double high) {}

  /**
   * Measures; the order changes from turn to turn.
   *
   * @throws IllegalArgumentException with a plain sentence, when a variant cannot be measured
   */
  static TableComparison measure(
      List<TableVariant> variants, TableWorkload workload, BenchmarkProgress progress) {
    int count = variants.size();
    List<Supplier<double[]>> tables =
        variants.stream()
            .map(
                variant -> {
                  progress.begin("Compiling and loading " + variant.name(), 0);
                  return variant.open(workload);
                })
            .toList();
    double[][][] figures = new double[count][TableRounds.FIGURES][TableRounds.ROUNDS];
    int warmUp = TableRounds.warmUp(workload.records(), workload.queries());
    progress.begin("Looking up by turns", warmUp + TableRounds.ROUNDS);
    for (int turn = -warmUp; turn < TableRounds.ROUNDS; turn++) {
      for (int i = 0; i < count; i++) {
        int variant = Math.floorMod(turn % 2 == 0 ? i : -1 - i, count);
        double[] round = tables.get(variant).get();
        for (int figure = 0; turn >= 0 && figure < round.length; figure++) {
          figures[variant][figure][turn] = round[figure];
        }
      }
      progress.at(turn + warmUp + 1);
    }
    return new TableComparison(
        workload, variants.stream().map(TableVariant::name).toList(), figures);
  }

  /** Answers that were wrong, of all variants. */
  long wrong() {
    double wrong = 0;
    for (double[][] variant : figures) {
      wrong += Arrays.stream(variant[TableRounds.WRONG]).sum();
    }
    return (long) wrong;
  }

  private Part part(int variant, int figure) {
    double[] times = figures[variant][figure];
    double[] ratios = new double[times.length];
    for (int turn = 0; turn < ratios.length; turn++) {
      ratios[turn] = times[turn] / figures[0][figure][turn];
    }
    return new Part(
        PARTS.get(figure),
        quantile(times, 0.5) / 1e3,
        quantile(ratios, 0.5),
        quantile(ratios, 0.25),
        quantile(ratios, 0.75));
  }

  private static double quantile(double[] values, double part) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[(int) (part * (sorted.length - 1))];
  }

  /** For people. */
  String table() {
    StringBuilder text =
        new StringBuilder(
            String.format(
                Locale.ROOT,
                "%,d users, batches of %,d, %d thread(s), %d turns; µs of a batch, and its ratio to"
                    + " the first in the same turn (half of all turns lie between)%n",
                workload.records(),
                workload.queries(),
                workload.threads(),
                TableRounds.ROUNDS));
    for (int variant = 0; variant < names.size(); variant++) {
      text.append(String.format(Locale.ROOT, "%n%s%n", names.get(variant)));
      for (int figure = 0; figure < PARTS.size(); figure++) {
        Part part = part(variant, figure);
        text.append(
            String.format(
                Locale.ROOT,
                "  %-8s %,12.1f   %.3f (%.3f to %.3f)%n",
                part.name,
                part.median,
                part.ratio,
                part.low,
                part.high));
      }
    }
    return text.toString();
  }

  /** For machines: one object. */
  String json() {
    StringBuilder variants = new StringBuilder();
    for (int i = 0; i < names.size(); i++) {
      int variant = i;
      variants
          .append(i == 0 ? "" : ",")
          .append("{\"name\":\"")
          .append(JsonStringEncoder.getInstance().quoteAsString(names.get(i)))
          .append("\",")
          .append(
              IntStream.range(0, PARTS.size())
                  .mapToObj(figure -> json(part(variant, figure)))
                  .collect(Collectors.joining(",")))
          .append('}');
    }
    return String.format(
        Locale.ROOT,
        "{\"n\":%d,\"batch\":%d,\"threads\":%d,\"turns\":%d,\"wrong\":%d,\"variants\":[%s]}",
        workload.records(),
        workload.queries(),
        workload.threads(),
        TableRounds.ROUNDS,
        wrong(),
        variants);
  }

  private static String json(Part part) {
    return String.format(
        Locale.ROOT,
        "\"%s\":{\"us\":%.1f,\"ratio\":%.3f,\"low\":%.3f,\"high\":%.3f}",
        part.name,
        part.median,
        part.ratio,
        part.low,
        part.high);
  }
}
