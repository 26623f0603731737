package org.blindbook.auditor.timing;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import org.blindbook.auditor.machinecode.EnclaveJvm;
import org.blindbook.auditor.timing.timed.TimedTarget;
import org.blindbook.platform.EnclaveProgram;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code blindbook audit timing}. */
@Command(
    name = "timing",
    description =
        "Time the shipped table on hits and misses, distinct and duplicate, sorted and random keys,"
            + " inserts and overwrites, in random order.",
    exitCodeOnInvalidInput = TimingCommand.USAGE,
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:no class took longer than another (|t| < 4.5), and the planted leak was seen (|t| > 10)",
      "1:wrong option, or no enclave to check",
      "2:the time depends on the input",
      "3:nothing shown: the planted leak was not seen, or the enclave could not be timed"
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  blindbook audit timing",
      "  blindbook audit timing --batches 1000000 --kernel plain --json"
    })
public final class TimingCommand implements Callable<Integer> {
  static final int USAGE = 1;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--batches",
      paramLabel = "N",
      defaultValue = "200000",
      description = "Batches of 64 per comparison. Default: ${DEFAULT-VALUE}.")
  private int batches;

  @Option(
      names = "--image",
      paramLabel = "DIR",
      description = "The folder of a lookup enclave's jars. Default: the one built here.")
  private @Nullable Path image;

  @Option(
      names = "--kernel",
      paramLabel = "NAME",
      defaultValue = "",
      description = "plain, vector256 or vector512. Default: what the enclave would choose.")
  private String kernel = "";

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "Repeat the keys and the order of another run. Default: the time.")
  private @Nullable Long seed;

  @Option(names = "--json", description = "Print the report as JSON.")
  private boolean json;

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    PrintWriter err = spec.commandLine().getErr();
    if (batches < 1000) {
      err.println("Ask for at least 1000 batches.");
      return USAGE;
    }
    Path enclave = image == null ? EnclaveJvm.builtHere(EnclaveProgram.LOOKUP) : image;
    Optional<String> objection =
        EnclaveJvm.objection(enclave, Set.of(EnclaveProgram.LOOKUP), List.of(kernel));
    if (objection.isPresent()) {
      err.println(objection.get());
      return USAGE;
    }
    PrintWriter progress = json ? err : out;
    try {
      TimingReport report = measure(enclave, progress);
      out.println(json ? report.json() : report.conclusion());
      return report.exitCode();
    } catch (IOException e) {
      err.println("The enclave's table cannot be timed: " + e.getMessage());
      return TimingReport.BLIND;
    }
  }

  private TimingReport measure(Path enclave, PrintWriter progress) throws IOException {
    long chosenSeed = seed == null ? System.nanoTime() : seed;
    progress.println("seed " + chosenSeed);
    List<String> command =
        EnclaveJvm.command(EnclaveProgram.LOOKUP, enclave, kernel, List.of(), TimedTarget.class);
    command.add(Integer.toString(batches));
    command.add(Long.toString(chosenSeed));
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      String name = lines.readLine();
      List<TimingReport.Row> rows = new ArrayList<>();
      String line;
      while ((line = lines.readLine()) != null) {
        TimingReport.Row row = TimingReport.Row.parse(line);
        rows.add(row);
        progress.println(row.text());
        progress.flush();
      }
      if (name == null || rows.stream().noneMatch(TimingReport.Row::planted)) {
        throw new IOException(
            "its process ended early; see its message above. The enclave and the auditor must be"
                + " of one release.");
      }
      return new TimingReport(name, rows);
    } finally {
      process.destroyForcibly();
    }
  }
}
