package org.blindbook.auditor;

import org.blindbook.auditor.image.MeasureCommand;
import org.blindbook.auditor.image.RebuildCommand;
import org.blindbook.auditor.machinecode.MachineCodeCommand;
import org.blindbook.auditor.timing.TimingCommand;
import org.blindbook.auditor.trace.TraceCommand;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** Entry point of {@code blindbook audit}. */
@Command(
    name = "blindbook",
    description = "Private contact discovery for messengers.",
    subcommands = Main.Audit.class,
    exitCodeOnInvalidInput = AuditException.USAGE)
public final class Main {
  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      scope = ScopeType.INHERIT,
      description = "Explain this command.")
  private boolean help;

  private Main() {}

  public static void main(String[] arguments) {
    System.exit(commandLine().execute(arguments));
  }

  static CommandLine commandLine() {
    return new CommandLine(new Main())
        .setUsageHelpWidth(100)
        .setExecutionExceptionHandler(
            (failure, command, parsed) -> {
              command.getErr().println("The audit failed: " + failure.getMessage());
              return CommandLine.ExitCode.SOFTWARE;
            });
  }

  @Command(
      name = "audit",
      description = "Verify what a server says about its enclave, and the enclave itself.",
      subcommands = {
        VerifyCommand.class,
        InspectCommand.class,
        ExplainCommand.class,
        PolicyCommand.class,
        MeasureCommand.class,
        RebuildCommand.class,
        TraceCommand.class,
        TimingCommand.class,
        MachineCodeCommand.class
      },
      exitCodeOnInvalidInput = AuditException.USAGE)
  static final class Audit {}
}
