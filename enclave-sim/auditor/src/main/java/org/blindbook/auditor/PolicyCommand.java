package org.blindbook.auditor;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.blindbook.attestation.AppraisalPolicy;
import org.blindbook.attestation.PolicyException;
import org.blindbook.auditor.image.PolicyInitCommand;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code blindbook audit policy}. */
@Command(
    name = "policy",
    description = "Work with appraisal policies.",
    subcommands = {PolicyInitCommand.class, PolicyCommand.Lint.class},
    exitCodeOnInvalidInput = AuditException.USAGE)
final class PolicyCommand {
  private PolicyCommand() {}

  /** {@code blindbook audit policy lint}. */
  @Command(
      name = "lint",
      description =
          "Say whether a policy can be used, naming the line of every mistake, and what a reviewer"
              + " would ask about it.",
      exitCodeOnInvalidInput = AuditException.USAGE,
      exitCodeListHeading = "%nExit codes:%n",
      exitCodeList = {"0:the policy can be used", "1:it cannot, or wrong usage"},
      footerHeading = "%nExample:%n",
      footer = "  blindbook audit policy lint trust.yaml")
  static final class Lint implements Callable<Integer> {
    @Spec private @Nullable CommandSpec spec; // picocli's, before call()

    @Parameters(paramLabel = "FILE", description = "The policy.")
    private Path file = Path.of("");

    @Option(names = "--json", description = "Print one JSON object.")
    private boolean json;

    @Override
    public Integer call() {
      PrintWriter out = Objects.requireNonNull(spec).commandLine().getOut();
      try {
        AppraisalPolicy policy = AppraisalPolicy.read(file);
        if (json) {
          out.println(
              new Facts()
                  .put("usable", true)
                  .put("mistake", null)
                  .put("remarks", policy.remarks())
                  .json());
        } else {
          out.println(file + " can be used.");
          policy.remarks().forEach(remark -> out.println("  " + remark));
        }
        return 0;
      } catch (PolicyException e) {
        if (json) {
          out.println(
              new Facts()
                  .put("usable", false)
                  .put("mistake", e.mistakes().get(0))
                  .put("mistakes", e.mistakes())
                  .json());
        } else {
          spec.commandLine().getErr().println(e.getMessage());
        }
        return AuditException.USAGE;
      } finally {
        out.flush();
      }
    }
  }
}
