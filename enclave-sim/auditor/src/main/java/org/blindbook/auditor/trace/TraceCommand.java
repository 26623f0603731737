package org.blindbook.auditor.trace;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.blindbook.auditor.machinecode.MachineCodeCheck;
import org.blindbook.auditor.machinecode.MachineCodeCommand;
import org.blindbook.auditor.trace.ObliviousnessCheck.FamilyResult;
import org.blindbook.auditor.trace.instrument.CallRules;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code blindbook audit trace}. */
@Command(
    name = "trace",
    exitCodeOnInvalidInput = TraceCommand.USAGE,
    description = {
      "Check that the enclave's memory accesses and branches do not depend on secrets.",
      "",
      "Loads the shipped enclave, instrumented, runs it on inputs that differ in secrets only, and"
          + " compares every access, branch, size and call. Reports the first difference by class,"
          + " method and line."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  blindbook audit trace --quick",
      "  blindbook audit trace --family growth --json",
      "  blindbook audit trace --machine-code",
      "  blindbook audit trace --image /srv/blindbook/enclave"
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:equal: no input can be told from another",
      "1:wrong option, or no enclave to check",
      "2:differs: a leak, or inputs that are not of one public shape",
      "3:not a pass: unreviewed code ran, or a run could not be repeated"
    })
public final class TraceCommand implements Callable<Integer> {
  static final int USAGE = 1;

  private static final List<String> KERNELS = List.of("plain", "vector256", "vector512");

  @Option(
      names = "--image",
      paramLabel = "DIR",
      description = "The folder with the enclave's jars; this build's enclave by default.")
  private @Nullable Path image;

  @Option(
      names = "--family",
      paramLabel = "NAME",
      description = "Run only this family of inputs; may be given several times.")
  private List<String> families = new ArrayList<>();

  @Option(
      names = "--kernel",
      paramLabel = "NAME",
      split = ",",
      description =
          "Force the enclave's inner loops: plain, vector256 or vector512; may be given"
              + " several times. By default all of them; with --quick, what the enclave chooses;"
              + " with --machine-code, that and plain.")
  private List<String> kernels = new ArrayList<>();

  @Option(names = "--quick", description = "Small inputs: under a minute.")
  private boolean quick;

  @Option(
      names = "--machine-code",
      description =
          "Instead, execute the compiled inner loops instruction by instruction, and compare"
              + " instructions and addresses. Linux on x86-64 only.")
  private boolean machineCode;

  @Option(
      names = "--limit",
      paramLabel = "SECONDS",
      description =
          "With --machine-code: time for one inner loop or pass. What takes longer is not finished,"
              + " and no pass. Default: 600.")
  private @Nullable Integer limit;

  @Option(names = "--json", description = "Report as one JSON object.")
  private boolean json;

  @Spec private @Nullable CommandSpec spec; // picocli's, before call()

  @Override
  public Integer call() {
    CommandLine commandLine = Objects.requireNonNull(spec).commandLine();
    PrintWriter out = commandLine.getOut();
    try {
      if (machineCode) {
        return stepThroughMachineCode(out, json ? commandLine.getErr() : out);
      }
      TraceReport report = check(json ? Optional.empty() : Optional.of(new TextReport(out)));
      if (json) {
        out.println(JsonReport.of(report));
        out.flush();
      }
      return report.outcome().exitCode;
    } catch (CheckException e) {
      commandLine.getErr().println("blindbook audit trace: " + e.getMessage());
      commandLine.getErr().flush();
      return USAGE;
    }
  }

  private int stepThroughMachineCode(PrintWriter out, PrintWriter progress) throws CheckException {
    if (quick || !families.isEmpty()) {
      throw new CheckException("--machine-code has no --quick and no --family: leave them out.");
    }
    List<String> forced = kernels.isEmpty() ? MachineCodeCheck.DEFAULT_KERNELS : kernels;
    int seconds = limit == null ? MachineCodeCheck.DEFAULT_LIMIT : limit;
    MachineCodeCheck check = new MachineCodeCheck(folder(), forced, "", seconds);
    int exitCode = MachineCodeCommand.run(check, json, out, progress);
    out.flush();
    progress.flush();
    return exitCode;
  }

  private TraceReport check(Optional<TextReport> text) throws CheckException {
    if (limit != null) {
      throw new CheckException("--limit is for --machine-code only: leave it out.");
    }
    ShippedImage shipped = ShippedImage.read(folder());
    CallRules rules = CallRules.shipped();
    Scale scale = quick ? Scale.QUICK : Scale.FULL;
    ObliviousnessCheck check = new ObliviousnessCheck(shipped, rules, scale);
    List<String> known = check.families().stream().map(Family::name).toList();
    for (String name : families) {
      if (!known.contains(name)) {
        throw new CheckException(
            "There is no family " + name + ": choose from " + String.join(", ", known) + ".");
      }
    }
    text.ifPresent(t -> t.start(shipped));
    List<FamilyResult> results =
        check.run(
            kernels(),
            name -> families.isEmpty() || families.contains(name),
            result -> text.ifPresent(t -> t.family(result)));
    TraceReport report = TraceReport.of(shipped, scale, results, check, rules);
    text.ifPresent(t -> t.end(report));
    return report;
  }

  private List<String> kernels() throws CheckException {
    for (String kernel : kernels) {
      if (!KERNELS.contains(kernel)) {
        throw new CheckException(
            "There is no kernel " + kernel + ": choose from " + String.join(", ", KERNELS) + ".");
      }
    }
    if (kernels.isEmpty()) {
      return quick ? List.of(ObliviousnessCheck.OWN_CHOICE) : KERNELS;
    }
    return kernels;
  }

  private Path folder() throws CheckException {
    if (image != null) {
      return image;
    }
    String home = System.getProperty("blindbook.home");
    if (home == null) {
      throw new CheckException("Name the folder with the enclave's jars: --image DIR.");
    }
    return Path.of(home, "enclave-sim", "enclave", "target", "app");
  }
}
