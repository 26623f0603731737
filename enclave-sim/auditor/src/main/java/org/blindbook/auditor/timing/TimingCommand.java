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
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import org.blindbook.auditor.AuditException;
import org.blindbook.auditor.machinecode.EnclaveJvm;
import org.blindbook.auditor.timing.service.RunningService.Starter;
import org.blindbook.auditor.timing.service.ServiceReport;
import org.blindbook.auditor.timing.timed.TimedTarget;
import org.blindbook.edge.compiled.TableKernel;
import org.blindbook.platform.EnclaveProgram;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code blindbook audit timing}. */
@Command(
    name = "timing",
    description =
        "Time the shipped table on hits and misses, distinct and duplicate, sorted and random keys,"
            + " inserts and overwrites, in random order. With --service, time whole services: real"
            + " sessions with a server, platform and enclave that are started for it, by the"
            + " client's clock and by the enclave's processor time.",
    exitCodeOnInvalidInput = TimingCommand.USAGE,
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:no class took longer than another (|t| < 4.5), and the planted leak was seen (|t| > 10)",
      "1:wrong option, or no enclave or service to check",
      "2:the time depends on the input",
      "3:nothing shown: what was planted was not seen, or nothing could be timed"
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  blindbook audit timing",
      "  blindbook audit timing --batches 1000000 --kernel plain --json",
      "  blindbook audit timing --service",
      "  blindbook audit timing --service --mode truncated --sessions 20000 --json"
    })
public final class TimingCommand implements Callable<Integer> {
  static final int USAGE = 1;

  private static final int DEFAULT_BATCHES = 200_000;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--batches",
      paramLabel = "N",
      description = "Batches of 64 per comparison. Default: " + DEFAULT_BATCHES + ".")
  private @Nullable Integer batches;

  @Option(
      names = "--image",
      paramLabel = "DIR",
      description = "The folder of a lookup enclave's jars. Default: the one built here.")
  private @Nullable Path image;

  @Option(
      names = "--kernel",
      paramLabel = "NAME",
      description = "plain, vector256 or vector512. Default: what a server would choose here.")
  private @Nullable String kernel;

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "Repeat the keys and the order of another run. Default: the time.")
  private @Nullable Long seed;

  @Mixin private ServiceOptions service = new ServiceOptions();

  @Option(names = "--json", description = "Print the report as JSON.")
  private boolean json;

  private final @Nullable Starter starter;

  public TimingCommand() {
    this(null);
  }

  /**
   * @param starter of the services that are timed; null for those of this installation
   */
  TimingCommand(@Nullable Starter starter) {
    this.starter = starter;
  }

  @Override
  public Integer call() {
    if (!service.isAsked()) {
      return service.areGiven()
          ? refuse("--sessions, --mode and --limit are for --service: add it.")
          : timeTable();
    }
    return batches != null || image != null || kernel != null
        ? refuse("--service has no --batches, --image and --kernel: leave them out.")
        : timeService();
  }

  private int refuse(String why) {
    spec.commandLine().getErr().println(why);
    return USAGE;
  }

  private int timeService() {
    PrintWriter err = spec.commandLine().getErr();
    try {
      ServiceReport report = service.run(starter, new Random(chosenSeed(err)), err);
      spec.commandLine().getOut().println(json ? report.json() : report.text());
      return report.exitCode();
    } catch (AuditException e) {
      return refuse(String.valueOf(e.getMessage()));
    } catch (IOException e) {
      err.println("The service cannot be timed: " + e.getMessage());
      return TimingReport.BLIND;
    }
  }

  private long chosenSeed(PrintWriter progress) {
    long chosen = seed == null ? System.nanoTime() : seed;
    progress.println("seed " + chosen);
    return chosen;
  }

  private int timeTable() {
    int wanted = batches == null ? DEFAULT_BATCHES : batches;
    if (wanted < 1000) {
      return refuse("Ask for at least 1000 batches.");
    }
    String chosenKernel = kernel == null ? TableKernel.ofThisMachine().label() : kernel;
    Path enclave = image == null ? EnclaveJvm.builtHere(EnclaveProgram.LOOKUP) : image;
    Optional<String> objection =
        EnclaveJvm.objection(enclave, Set.of(EnclaveProgram.LOOKUP), List.of(chosenKernel));
    if (objection.isPresent()) {
      return refuse(objection.get());
    }
    PrintWriter out = spec.commandLine().getOut();
    PrintWriter err = spec.commandLine().getErr();
    PrintWriter progress = json ? err : out;
    try {
      TimingReport report = measure(enclave, chosenKernel, wanted, progress);
      out.println(json ? report.json() : report.conclusion());
      return report.exitCode();
    } catch (IOException e) {
      err.println("The enclave's table cannot be timed: " + e.getMessage());
      return TimingReport.BLIND;
    }
  }

  private TimingReport measure(Path enclave, String chosenKernel, int wanted, PrintWriter progress)
      throws IOException {
    long chosen = chosenSeed(progress);
    List<String> command =
        EnclaveJvm.command(EnclaveProgram.LOOKUP, enclave, List.of(), TimedTarget.class);
    command.add(Integer.toString(wanted));
    command.add(Long.toString(chosen));
    command.add(chosenKernel);
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
