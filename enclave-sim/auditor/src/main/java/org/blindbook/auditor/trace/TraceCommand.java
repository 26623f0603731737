package org.blindbook.auditor.trace;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.blindbook.auditor.AuditException;
import org.blindbook.auditor.image.Installation;
import org.blindbook.auditor.machinecode.MachineCodeCheck;
import org.blindbook.auditor.machinecode.MachineCodeCommand;
import org.blindbook.auditor.trace.ObliviousnessCheck.FamilyResult;
import org.blindbook.auditor.trace.coverage.LineCoverage;
import org.blindbook.auditor.trace.coverage.ReviewedLines;
import org.blindbook.auditor.trace.instrument.CallRules;
import org.blindbook.edge.compiled.TableKernel;
import org.blindbook.platform.EnclaveProgram;
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
      "Check that the enclaves' memory accesses and branches do not depend on secrets.",
      "",
      "Loads each shipped enclave, instrumented, runs it on inputs that differ in secrets only, and"
          + " compares every access, branch, size and call. Reports the first difference by class,"
          + " method and line."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  blindbook audit trace --quick",
      "  blindbook audit trace --family growth --json",
      "  blindbook audit trace --machine-code",
      "  blindbook audit trace --image lookup",
      "  blindbook audit trace --image /srv/blindbook/evaluator"
    },
    exitCodeListHeading = "%nExit codes (of two images, the lowest that applies from 2 on):%n",
    exitCodeList = {
      "0:equal: no input can be told from another",
      "1:wrong option, or no enclave to check",
      "2:differs: a leak, or inputs that are not of one public shape",
      "3:not a pass: unreviewed code ran or did not run, or a run could not be repeated"
    })
public final class TraceCommand implements Callable<Integer> {
  static final int USAGE = 1;

  private static final List<String> KERNELS = TableKernel.labels();

  /** What a server would choose on this machine. */
  private static final String OWN_KERNEL = TableKernel.ofThisMachine().label();

  /** With --quick, run with every kernel: they run all lines that a kernel has of its own. */
  private static final Set<String> OF_EVERY_KERNEL = Set.of("hits", "keys", "updates");

  @Option(names = "--image", paramLabel = "IMAGE", description = Installation.IMAGE_OPTION)
  private @Nullable String image;

  @Option(
      names = "--family",
      paramLabel = "NAME",
      description =
          "Run only this family of inputs, on the image that it is for; may be given several"
              + " times.")
  private List<String> families = new ArrayList<>();

  @Option(
      names = "--kernel",
      paramLabel = "NAME",
      split = ",",
      description =
          "The lookup enclave's inner loops: vector512, vector256 or plain; may be given several"
              + " times. By default all of them; with --quick, what a server would choose on this"
              + " machine, and all of them for three families; with --machine-code, that and"
              + " plain.")
  private List<String> kernels = new ArrayList<>();

  @Option(names = "--quick", description = "Small inputs: a minute or two.")
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

  @Option(names = "--json", description = "Report as one JSON object a line, for each image.")
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
      List<TraceReport> reports = check(json ? Optional.empty() : Optional.of(new TextReport(out)));
      if (json) {
        reports.forEach(report -> out.println(JsonReport.of(report)));
        out.flush();
      }
      return AuditException.worst(reports.stream().map(r -> r.outcome().exitCode).toList());
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
    List<Integer> exitCodes = new ArrayList<>();
    for (Path folder : folders()) {
      MachineCodeCheck check = new MachineCodeCheck(folder, forced, "", seconds);
      exitCodes.add(MachineCodeCommand.run(check, json, out, progress));
      out.flush();
      progress.flush();
    }
    return AuditException.worst(exitCodes);
  }

  private List<TraceReport> check(Optional<TextReport> text) throws CheckException {
    if (limit != null) {
      throw new CheckException("--limit is for --machine-code only: leave it out.");
    }
    requireKernels();
    CallRules rules = CallRules.shipped();
    Scale scale = quick ? Scale.QUICK : Scale.FULL;
    Map<ShippedImage, ObliviousnessCheck> checks = new LinkedHashMap<>();
    Set<String> known = new LinkedHashSet<>();
    for (Path folder : folders()) {
      ShippedImage shipped = ShippedImage.read(folder);
      ObliviousnessCheck check = new ObliviousnessCheck(shipped, rules, scale);
      List<String> names = check.families().stream().map(Family::name).toList();
      known.addAll(names);
      if (families.isEmpty() || names.stream().anyMatch(families::contains)) {
        checks.put(shipped, check);
      }
    }
    for (String name : families) {
      if (!known.contains(name)) {
        throw new CheckException(
            "There is no family " + name + ": choose from " + String.join(", ", known) + ".");
      }
    }
    List<TraceReport> reports = new ArrayList<>();
    for (Map.Entry<ShippedImage, ObliviousnessCheck> entry : checks.entrySet()) {
      reports.add(run(entry.getKey(), entry.getValue(), scale, rules, text));
    }
    return reports;
  }

  private TraceReport run(
      ShippedImage shipped,
      ObliviousnessCheck check,
      Scale scale,
      CallRules rules,
      Optional<TextReport> text)
      throws CheckException {
    text.ifPresent(t -> t.start(shipped));
    List<FamilyResult> results = new ArrayList<>();
    List<String> asked = kernelsOf(shipped.program());
    for (String kernel : asked) {
      results.addAll(
          check.run(
              kernel,
              kernel.equals(asked.getFirst()),
              name -> isAsked(kernel, name),
              result -> text.ifPresent(t -> t.family(result))));
    }
    LineCoverage coverage =
        LineCoverage.of(
            Installation.name(shipped.program()),
            check.lines(),
            check.linesRun(),
            ReviewedLines.shipped(),
            quick);
    TraceReport report =
        new TraceReport(
            shipped,
            scale,
            results,
            TraceReport.trusted(check.reached(), rules),
            coverage,
            families.isEmpty() && kernels.isEmpty());
    text.ifPresent(t -> t.end(report));
    return report;
  }

  private void requireKernels() throws CheckException {
    for (String kernel : kernels) {
      if (!KERNELS.contains(kernel)) {
        throw new CheckException(
            "There is no kernel " + kernel + ": choose from " + String.join(", ", KERNELS) + ".");
      }
    }
  }

  private boolean isAsked(String kernel, String family) {
    if (!families.isEmpty()) {
      return families.contains(family);
    }
    return !quick
        || !kernels.isEmpty()
        || !KERNELS.contains(kernel)
        || kernel.equals(OWN_KERNEL)
        || OF_EVERY_KERNEL.contains(family);
  }

  /** Only the table's inner loops come in several kinds; the machine's own is the first. */
  private List<String> kernelsOf(EnclaveProgram program) {
    if (program != EnclaveProgram.LOOKUP) {
      return List.of(ObliviousnessCheck.NO_KERNEL);
    } else if (!kernels.isEmpty()) {
      return kernels;
    } else if (quick && !families.isEmpty()) {
      return List.of(OWN_KERNEL);
    }
    Stream<String> others = KERNELS.stream().filter(kernel -> !kernel.equals(OWN_KERNEL));
    return Stream.concat(Stream.of(OWN_KERNEL), others).toList();
  }

  private List<Path> folders() throws CheckException {
    try {
      return Installation.images(image);
    } catch (AuditException e) {
      throw new CheckException(String.valueOf(e.getMessage()));
    }
  }
}
