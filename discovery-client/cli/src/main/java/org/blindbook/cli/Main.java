package org.blindbook.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import org.blindbook.cli.demo.DemoCommand;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** Entry point of the client's commands. The launcher {@code blindbook} calls it. */
@Command(
    name = "blindbook",
    description = "Private contact discovery for messengers: the client's commands.",
    synopsisSubcommandLabel = "COMMAND",
    mixinStandardHelpOptions = true,
    scope = CommandLine.ScopeType.INHERIT,
    versionProvider = Main.Version.class)
public final class Main {
  /** Wrong usage, an unusable file, or an environment in which the command cannot run. */
  static final int EXIT_CANNOT_RUN = 2;

  /** What may succeed later without any change. */
  static final int EXIT_NOT_NOW = 5;

  private Main() {}

  public static void main(String[] arguments) {
    CommandLine command = commandLine();
    // Names need UTF-8 whatever the locale, and JSON is UTF-8 by definition.
    command.setOut(utf8(FileDescriptor.out)).setErr(utf8(FileDescriptor.err));
    System.exit(command.execute(arguments));
  }

  private static PrintWriter utf8(FileDescriptor stream) {
    return new PrintWriter(
        new OutputStreamWriter(new FileOutputStream(stream), StandardCharsets.UTF_8), true);
  }

  static CommandLine commandLine() {
    CommandLine root = new CommandLine(new Main());
    root.addSubcommand(new DiscoverCommand());
    root.addSubcommand(new PermitsCommand(Clock.systemUTC()));
    root.addSubcommand(new DemoCommand());
    // Inherited settings: set them when all commands are there.
    root.setParameterExceptionHandler(Main::explainUsage);
    root.setExecutionExceptionHandler((failure, command, parsed) -> explain(failure, command));
    return root;
  }

  /** The arguments themselves are not repeated: one of them is a credential. */
  private static int explainUsage(ParameterException failure, String[] arguments) {
    CommandLine command = failure.getCommandLine();
    String what;
    if (failure instanceof UnmatchedArgumentException unmatched) {
      what =
          unmatched.isUnknownOption()
              ? "There is an unknown option."
              : "There are arguments too many.";
    } else if (failure instanceof MissingParameterException) {
      what = failure.getMessage() + ".";
    } else if (failure.getArgSpec() != null) {
      what = "The value of " + failure.getArgSpec().paramLabel() + " cannot be understood.";
    } else {
      what = "The arguments cannot be understood.";
    }
    return say(
        command.getErr(),
        what + " Try " + command.getCommandSpec().qualifiedName() + " --help.",
        EXIT_CANNOT_RUN);
  }

  private static int explain(Exception failure, CommandLine command) {
    if (failure instanceof CommandException known) {
      return say(command.getErr(), String.valueOf(known.getMessage()), known.exitCode());
    }
    return say(
        command.getErr(),
        "This should not have happened ("
            + failure.getClass().getSimpleName()
            + " in "
            + origin(failure)
            + "): please report it as a defect of Blindbook.",
        EXIT_CANNOT_RUN);
  }

  /** Where it was thrown, and nothing of its message: that may quote data. */
  private static String origin(Exception failure) {
    StackTraceElement[] trace = failure.getStackTrace();
    return trace.length == 0 ? "an unknown place" : trace[0].toString();
  }

  private static int say(PrintWriter err, String sentence, int exitCode) {
    err.println("blindbook: " + sentence);
    err.flush();
    return exitCode;
  }

  /** The version in the jar's manifest. */
  static final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
      String version = Main.class.getPackage().getImplementationVersion();
      return new String[] {"blindbook " + (version == null ? "(not packaged)" : version)};
    }
  }
}
