package org.blindbook.bench;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** Entry point of {@code blindbook bench}. */
@Command(
    name = "blindbook",
    description = "Private contact discovery for messengers.",
    exitCodeOnInvalidInput = TableCommand.USAGE)
public final class Main {
  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      scope = ScopeType.INHERIT,
      description = "Explain this command.")
  private boolean help;

  private Main() {}

  public static void main(String[] arguments) {
    System.exit(commandLine(new TableCommand()).execute(arguments));
  }

  static CommandLine commandLine(TableCommand table) {
    CommandLine bench =
        new CommandLine(new Bench())
            .addSubcommand(table)
            .addSubcommand(new EvaluatorCommand())
            .addSubcommand(new MemoryCommand())
            .addSubcommand(new LossesCommand())
            .addSubcommand(new PlotCommand())
            .addSubcommand(new ReportCommand());
    return new CommandLine(new Main())
        .addSubcommand(bench)
        .setUsageHelpWidth(100)
        .setParameterExceptionHandler(
            (wrong, arguments) -> {
              CommandLine command = wrong.getCommandLine();
              command
                  .getErr()
                  .println(command.getCommandSpec().qualifiedName() + ": " + sentence(wrong));
              return TableCommand.USAGE;
            });
  }

  private static String sentence(CommandLine.ParameterException wrong) {
    String message = String.valueOf(wrong.getMessage());
    return message.endsWith(".") ? message : message + "; see --help.";
  }

  @Command(name = "bench", description = "Measure this machine, to plan capacity.")
  static final class Bench {}
}
