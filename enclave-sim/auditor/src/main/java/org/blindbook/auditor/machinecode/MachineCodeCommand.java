package org.blindbook.auditor.machinecode;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.blindbook.auditor.AuditException;
import org.blindbook.auditor.image.Installation;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code blindbook audit machine-code}: what {@code audit trace --machine-code} runs. */
@Command(
    name = "machine-code",
    hidden = true,
    description = "Execute the enclaves' compiled inner loops step by step and compare inputs.",
    exitCodeOnInvalidInput = MachineCodeReport.USAGE,
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:equal, and every planted leak was seen",
      "1:wrong option, or no enclave to check",
      "2:compiled code shows its input",
      "3:nothing shown: blind, not compiled, not decoded, not permitted, or another platform"
    })
public final class MachineCodeCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(names = "--image", paramLabel = "IMAGE", description = Installation.IMAGE_OPTION)
  private @Nullable String image;

  @Option(
      names = "--kernel",
      paramLabel = "NAME",
      split = ",",
      description =
          "plain, vector256, vector512, or several. Default: what a server would"
              + " choose here, and plain.")
  private List<String> kernels = MachineCodeCheck.DEFAULT_KERNELS;

  @Option(
      names = "--only",
      paramLabel = "TEXT",
      defaultValue = "",
      description = "Only subjects whose name holds this text; planted leaks always.")
  private String only = "";

  @Option(
      names = "--limit",
      paramLabel = "SECONDS",
      description =
          "Time for one subject; what takes longer is not finished, and no pass. Default:"
              + " ${DEFAULT-VALUE}.")
  private int limit = MachineCodeCheck.DEFAULT_LIMIT;

  @Option(names = "--json", description = "Print the report as JSON.")
  private boolean json;

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    PrintWriter progress = json ? spec.commandLine().getErr() : out;
    try {
      List<Integer> exitCodes = new ArrayList<>();
      for (Path enclave : Installation.images(image)) {
        exitCodes.add(
            run(new MachineCodeCheck(enclave, kernels, only, limit), json, out, progress));
      }
      return AuditException.worst(exitCodes);
    } catch (AuditException e) {
      progress.println(e.getMessage());
      return e.exitCode();
    }
  }

  /**
   * Runs the check and prints its report.
   *
   * @param progress gets a line per subject, its beginning when the subject begins
   * @return exit code: 0 equal, 1 no enclave, 2 differs, 3 nothing shown
   */
  public static int run(
      MachineCodeCheck check, boolean json, PrintWriter out, PrintWriter progress) {
    Optional<String> objection = check.objection();
    if (objection.isPresent()) {
      progress.println(objection.get());
      return MachineCodeReport.USAGE;
    }
    try {
      MachineCodeReport report = check.run(new Lines(progress));
      if (!json) {
        out.print(report.compiled());
      }
      out.println(json ? report.json() : report.conclusion());
      return report.exitCode();
    } catch (MachineCodeException e) {
      progress.println(e.getMessage());
      return MachineCodeReport.NOT_SHOWN;
    }
  }

  private record Lines(PrintWriter out) implements MachineCodeCheck.Progress {
    @Override
    public void begins(String kernel, String name) {
      out.print(MachineCodeReport.head(kernel, name));
      out.flush();
    }

    @Override
    public void ends(MachineCodeCheck.Result result) {
      out.println(MachineCodeReport.text(result));
      out.flush();
    }
  }
}
