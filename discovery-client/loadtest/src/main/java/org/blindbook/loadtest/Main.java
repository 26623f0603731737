package org.blindbook.loadtest;

import java.io.PrintWriter;
import java.util.logging.Level;
import java.util.logging.Logger;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;

/** Entry point of {@code blindbook loadtest}. */
@Command(name = "blindbook", description = "Private contact discovery for messengers.")
public final class Main {
  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      scope = ScopeType.INHERIT,
      description = "Explain this command.")
  private boolean help;

  private Main() {}

  public static void main(String[] arguments) {
    // Netty and Vert.x write addresses of peers; what matters is in the report.
    Logger.getLogger("").setLevel(Level.OFF);
    System.exit(commandLine(new LoadtestCommand()).execute(arguments));
  }

  static CommandLine commandLine(LoadtestCommand loadtest) {
    return new CommandLine(new Main())
        .addSubcommand(loadtest)
        .setUsageHelpWidth(100)
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setParameterExceptionHandler(Main::explainUsage)
        .setExecutionExceptionHandler((failure, command, parsed) -> explain(failure, command));
  }

  private static int explainUsage(ParameterException wrong, String[] arguments) {
    String message = String.valueOf(wrong.getMessage());
    return say(
        wrong.getCommandLine().getErr(),
        (message.endsWith(".") ? message : message + ".") + " Try blindbook loadtest --help.",
        ExitCode.USAGE);
  }

  private static int explain(Exception failure, CommandLine command) {
    if (failure instanceof LoadtestException known) {
      return say(command.getErr(), String.valueOf(known.getMessage()), known.exitCode());
    }
    StackTraceElement[] trace = failure.getStackTrace();
    return say(
        command.getErr(),
        "This should not have happened ("
            + failure.getClass().getSimpleName()
            + " in "
            + (trace.length == 0 ? "an unknown place" : trace[0])
            + "): please report it as a defect of Blindbook.",
        ExitCode.USAGE);
  }

  private static int say(PrintWriter err, String sentence, int exitCode) {
    err.println("blindbook: " + sentence);
    err.flush();
    return exitCode;
  }
}
