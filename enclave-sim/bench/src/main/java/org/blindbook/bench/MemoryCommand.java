package org.blindbook.bench;

import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.blindbook.enclave.table.DesignMemory;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code blindbook bench memory}. */
@Command(
    name = "memory",
    exitCodeOnInvalidInput = TableCommand.USAGE,
    description = {
      "Say how much memory an enclave takes that looks up, by the number of its users.",
      "",
      "Computed, not measured. Bounds are on what is resident: while the table serves, and while it"
          + " grows, when the old and the next larger one are there."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  blindbook bench memory",
      "  blindbook bench memory --records 10000000",
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {"0:said", "1:wrong option"})
final class MemoryCommand implements Callable<Integer> {
  private static final List<Long> RECORDS =
      List.of(0L, 1L << 16, 1L << 20, 1L << 22, 10_000_000L, 1L << 24, 100_000_000L);
  private static final long MOST = 1L << 30;

  @Option(
      names = "--records",
      paramLabel = "USERS",
      description = "Registered users: 0 to 2^30; by default some numbers of them.")
  private @Nullable Long records;

  @Spec private @Nullable CommandSpec spec; // picocli's, before call()

  @Override
  public Integer call() {
    if (records != null && (records < 0 || records > MOST)) {
      throw new ParameterException(
          Objects.requireNonNull(spec).commandLine(),
          "--records must be 0 to " + MOST + ", not " + records + ".");
    }
    PrintWriter out = Objects.requireNonNull(spec).commandLine().getOut();
    out.print(table(records == null ? RECORDS : List.of(records)));
    out.flush();
    return 0;
  }

  /** As it stands in docs/operations.md. */
  private static String table(List<Long> users) {
    StringBuilder text =
        new StringBuilder(
            """
            | users | table, MiB | batches, MiB | design, MiB | resident, at most | while it grows, at most |
            |---|---|---|---|---|---|
            """);
    for (long count : users) {
      DesignMemory design = DesignMemory.of(count);
      text.append(
          String.format(
              Locale.ROOT,
              "| %,d | %,d | %,d | %,d | %,d | %,d |\n",
              count,
              mebibytes(design.slots()),
              mebibytes(design.batches()),
              mebibytes(design.serving()),
              mebibytes(DesignMemory.bound(design.serving())),
              mebibytes(DesignMemory.bound(design.whileGrowing()))));
    }
    return text.toString();
  }

  private static long mebibytes(long bytes) {
    return Math.ceilDiv(bytes, 1L << 20);
  }
}
