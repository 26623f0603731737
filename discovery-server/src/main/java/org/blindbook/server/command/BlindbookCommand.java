package org.blindbook.server.command;

import java.io.PrintWriter;
import java.time.InstantSource;
import org.blindbook.server.installation.OperatorException;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** The operator's commands, and the one sentence in which each says why it cannot go on. */
@Command(
    name = "blindbook",
    description = "Private contact discovery for messengers: the operator's commands.",
    synopsisSubcommandLabel = "COMMAND",
    mixinStandardHelpOptions = true,
    scope = CommandLine.ScopeType.INHERIT,
    versionProvider = BlindbookCommand.Version.class)
public final class BlindbookCommand {
  private BlindbookCommand() {}

  /** Runs one command and returns the process's exit code. */
  public static int run(String... arguments) {
    return run(commandLine(), arguments);
  }

  /** Also what picocli lets pass: errors of the Java runtime end in a sentence, too. */
  static int run(CommandLine command, String... arguments) {
    try {
      return command.execute(arguments);
    } catch (OutOfMemoryError e) {
      return say(
          command.getErr(),
          "Java has too little memory: allow it more, as in JAVA_TOOL_OPTIONS=-Xmx256m.");
    } catch (Error e) {
      return explain(e, command);
    }
  }

  static CommandLine commandLine() {
    CommandLine root = new CommandLine(new BlindbookCommand());
    root.addSubcommand(new LoadCommand());
    root.addSubcommand(new UnregisterCommand());
    root.addSubcommand(new ExportCommand());
    root.addSubcommand(new StatsCommand());
    root.addSubcommand(new CompactCommand(InstantSource.system()));
    root.addSubcommand(new CredentialCommand(InstantSource.system()));
    root.addSubcommand(new ServeCommand());
    root.addSubcommand(new EpochCommand());
    root.addSubcommand(new BackupCommand(InstantSource.system()));
    root.addSubcommand(new RestoreCommand(InstantSource.system()));
    root.addSubcommand(new CheckCommand());
    // Inherited settings: set them when all commands are there.
    root.setParameterExceptionHandler(BlindbookCommand::explainUsage);
    root.setExecutionExceptionHandler((failure, command, parsed) -> explain(failure, command));
    return root;
  }

  /** The arguments themselves are not repeated: they may hold an identifier or an account. */
  private static int explainUsage(ParameterException failure, String[] arguments) {
    CommandLine command = failure.getCommandLine();
    String what =
        switch (failure) {
          case UnmatchedArgumentException unmatched when unmatched.isUnknownOption() ->
              "There is an unknown option.";
          case UnmatchedArgumentException _ -> "There are arguments too many.";
          case CommandLine.MissingParameterException missing -> missing.getMessage() + ".";
          default ->
              failure.getArgSpec() == null
                  ? "The arguments cannot be understood."
                  : "The value of " + failure.getArgSpec().paramLabel() + " cannot be understood.";
        };
    return say(
        command.getErr(), what + " Try " + command.getCommandSpec().qualifiedName() + " --help.");
  }

  private static int explain(Throwable failure, CommandLine command) {
    return say(
        command.getErr(),
        failure instanceof OperatorException
            ? String.valueOf(failure.getMessage())
            : "This should not have happened ("
                + failure.getClass().getSimpleName()
                + " in "
                + origin(failure)
                + "): please report it as a defect of Blindbook.");
  }

  /** Where it was thrown, and nothing of its message: that may quote data. */
  private static String origin(Throwable failure) {
    StackTraceElement[] trace = failure.getStackTrace();
    return trace.length == 0 ? "an unknown place" : trace[0].toString();
  }

  private static int say(PrintWriter err, String sentence) {
    err.println("blindbook: " + sentence);
    err.flush();
    return ExitCode.CANNOT_RUN;
  }

  /** The version in the jar's manifest. */
  static final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
      String version = BlindbookCommand.class.getPackage().getImplementationVersion();
      return new String[] {"blindbook " + (version == null ? "(not packaged)" : version)};
    }
  }
}
