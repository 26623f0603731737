package org.blindbook.bench;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.blindbook.edge.compiled.TableKernel;
import org.blindbook.enclave.table.BenchmarkProgress;
import org.blindbook.enclave.table.LookupBatch;
import org.blindbook.enclave.table.ServingWorkload;
import org.blindbook.enclave.table.TableBenchmark;
import org.blindbook.enclave.table.TableFullException;
import org.blindbook.enclave.table.TableMeasurement;
import org.blindbook.enclave.table.TableWorkload;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code blindbook bench table}. */
@Command(
    name = "table",
    exitCodeOnInvalidInput = TableCommand.USAGE,
    description = {
      "Measure lookups, updates and loading of the shipped enclave's table on this machine.",
      "",
      "Fills a table with made-up users, asks it batches of which half the queries hit and one in"
          + " sixteen repeats another, checks every answer, and prints medians after warm-up. A"
          + " plain read of the same memory, timed in the same rounds, says how near the pass is to"
          + " what the memory gives."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  blindbook bench table",
      "  blindbook bench table --log-n 24 --batch 512 --threads 2",
      "  blindbook bench table --records 10000000 --batch 4096 --growth",
      "  blindbook bench table --log-n 22 --batch 4096 --updates-per-second 5000",
      "  blindbook bench table --log-n 20 --batch 4096 --threads 1 --kernel plain --json",
      "  blindbook bench table --log-n 20 --compare vector512,plain",
      "  blindbook bench table --compare ../before/app,enclave-sim/enclave/lookup/target/app"
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:measured, every answer right",
      "1:wrong option, or not enough memory",
      "2:a wrong answer: do not use this build"
    })
public final class TableCommand implements Callable<Integer> {
  static final int USAGE = 1;
  static final int WRONG_ANSWER = 2;

  private static final int MAX_LOG_RECORDS = 30;
  private static final int MAX_THREADS = 256;
  private static final int MAX_VARIANTS = 4; // each has a table of its own

  /** How a workload is measured; tests measure a faulty table. */
  interface Benchmark {
    TableMeasurement run(TableWorkload workload, BenchmarkProgress progress)
        throws TableFullException;
  }

  private final Benchmark benchmark;

  @Option(
      names = "--log-n",
      paramLabel = "BITS",
      description = "Registered users, as a power of two: 0 to 30; default ${DEFAULT-VALUE}.")
  private int logRecords = 20;

  @Option(
      names = "--records",
      paramLabel = "USERS",
      description = "Registered users, instead of --log-n: 1 to 2^30.")
  private @Nullable Long records;

  @Option(
      names = "--batch",
      paramLabel = "QUERIES",
      description = "Queries answered in one pass: 1 to 65536; default ${DEFAULT-VALUE}.")
  private int batch = 4096;

  @Option(
      names = "--threads",
      paramLabel = "COUNT",
      description = "Threads of the table: 1 to 256; default ${DEFAULT-VALUE}.")
  private int threads = 1;

  @Option(
      names = "--kernel",
      paramLabel = "NAME",
      description =
          "The inner loops: vector512, vector256 or plain; by default the widest that this"
              + " machine has vectors for, as blindbook serve chooses.")
  private String kernel = TableKernel.ofThisMachine().label();

  @Option(
      names = "--cpu-time",
      description =
          "Count the thread's CPU time, not the wall clock's, on a machine that others use; one"
              + " thread only. The JSON then says \"clock\":\"cpu\".")
  private boolean cpuTime;

  @Option(
      names = "--updates-per-second",
      paramLabel = "COUNT",
      description =
          "Also measure how long a batch of lookups takes from its arrival to its answer, idle and"
              + " while so many users a second are registered: 1 to 10000000.")
  private @Nullable Integer updatesPerSecond;

  @Option(
      names = "--gather",
      paramLabel = "MILLIS",
      description =
          "With --updates-per-second: how long updates wait to be applied together; by default they"
              + " do not wait, as in the service.")
  private int gather;

  @Option(
      names = "--seconds",
      paramLabel = "SECONDS",
      description =
          "With --updates-per-second: how long to measure, twice; default ${DEFAULT-VALUE}.")
  private int seconds = 20;

  @Option(
      names = "--growth",
      description = "Also fill a table until it grows, and measure its memory meanwhile.")
  private boolean growth;

  @Option(
      names = "--compare",
      split = ",",
      paramLabel = "A,B",
      description =
          "Instead, run variants by turns in this process and print how their times compare with"
              + " the first one's: kernels, or folders with the jars of a lookup enclave.")
  private List<String> compare = List.of();

  @Option(names = "--json", description = "Print one JSON object, and no progress.")
  private boolean json;

  @Spec private @Nullable CommandSpec spec; // picocli's, before call()

  TableCommand() {
    this(TableBenchmark::run);
  }

  TableCommand(Benchmark benchmark) {
    this.benchmark = benchmark;
  }

  @Override
  public Integer call() {
    CommandLine commandLine = Objects.requireNonNull(spec).commandLine();
    PrintWriter out = commandLine.getOut();
    PrintWriter err = commandLine.getErr();
    checkOptions();
    if (!compare.isEmpty()) {
      return compare(out, err);
    }
    TableMeasurement measured;
    try (PhaseDisplay display = json ? PhaseDisplay.none() : PhaseDisplay.on(err)) {
      measured = benchmark.run(workload(), display);
    } catch (IllegalArgumentException e) {
      throw refuse(String.valueOf(e.getMessage()));
    } catch (TableFullException | OutOfMemoryError e) {
      throw tooLarge(e);
    }
    out.println(json ? MeasurementText.json(measured) : MeasurementText.table(measured));
    out.flush();
    return exitCode(measured.wrong(), err);
  }

  private int compare(PrintWriter out, PrintWriter err) {
    TableComparison compared;
    try (PhaseDisplay display = json ? PhaseDisplay.none() : PhaseDisplay.on(err)) {
      List<TableVariant> variants = new ArrayList<>();
      for (String name : compare) {
        variants.add(TableVariant.of(name, kernel));
      }
      compared = TableComparison.measure(variants, workload(), display);
    } catch (IOException | IllegalArgumentException e) {
      throw refuse(String.valueOf(e.getMessage()));
    } catch (OutOfMemoryError e) {
      throw tooLarge(e);
    }
    out.println(json ? compared.json() : compared.table());
    out.flush();
    return exitCode(compared.wrong(), err);
  }

  private ParameterException tooLarge(Throwable cause) {
    return new ParameterException(
        Objects.requireNonNull(spec).commandLine(),
        (records == null ? "2^" + logRecords : records)
            + " users do not fit in the memory of this machine: choose a smaller --log-n.",
        cause);
  }

  private static int exitCode(long wrong, PrintWriter err) {
    if (wrong == 0) {
      return CommandLine.ExitCode.OK;
    }
    err.println(
        "blindbook bench table: "
            + wrong
            + " answers were wrong: do not use this build on this machine.");
    err.flush();
    return WRONG_ANSWER;
  }

  private TableWorkload workload() {
    return new TableWorkload(
        records == null ? 1L << logRecords : records,
        batch,
        kernel,
        threads,
        cpuTime,
        updatesPerSecond == null
            ? Optional.empty()
            : Optional.of(new ServingWorkload(updatesPerSecond, gather, seconds)),
        growth);
  }

  private void checkOptions() {
    if (records != null) {
      checkRange("--records", records, 1, 1L << MAX_LOG_RECORDS);
    }
    if (updatesPerSecond != null) {
      checkRange("--updates-per-second", updatesPerSecond, 1, 10_000_000);
    }
    checkRange("--gather", gather, 0, 60_000);
    checkRange("--seconds", seconds, 1, 3600);
    checkRange("--log-n", logRecords, 0, MAX_LOG_RECORDS);
    checkRange("--batch", batch, 1, LookupBatch.MAX_SIZE);
    checkRange("--threads", threads, 1, MAX_THREADS);
    if (TableKernel.of(kernel).isEmpty()) {
      throw refuse(
          "There is no kernel "
              + kernel
              + ": choose from "
              + String.join(", ", TableKernel.labels())
              + ".");
    }
    if (!compare.isEmpty() && (compare.size() < 2 || compare.size() > MAX_VARIANTS)) {
      throw refuse("--compare takes two to " + MAX_VARIANTS + " variants.");
    }
    if (!compare.isEmpty() && (growth || updatesPerSecond != null)) {
      throw refuse("--compare times lookups: leave out --growth and --updates-per-second.");
    }
    if (cpuTime && threads > 1) {
      throw refuse("CPU time is that of one thread: use --cpu-time with --threads 1.");
    }
  }

  private void checkRange(String option, long value, long least, long most) {
    if (value < least || value > most) {
      throw refuse(option + " must be " + least + " to " + most + ", not " + value + ".");
    }
  }

  private ParameterException refuse(String sentence) {
    return new ParameterException(Objects.requireNonNull(spec).commandLine(), sentence);
  }
}
