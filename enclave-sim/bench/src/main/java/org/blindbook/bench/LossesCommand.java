package org.blindbook.bench;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.blindbook.enclave.table.TableFullException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code blindbook bench losses}. */
@Command(
    name = "losses",
    exitCodeOnInvalidInput = TableCommand.USAGE,
    description = {
      "Look whether compiled code stays compiled under long load.",
      "",
      "Warms up as the enclave does, then looks up and registers made-up users in batches of every"
          + " size, as one to eight clients ask at once, and asks the Java runtime four times a"
          + " second whether it has given up code with vector operations."
    },
    footerHeading = "%nExample:%n",
    footer = "  blindbook bench losses --minutes 60",
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:nothing was given up, every answer right",
      "1:wrong option, or not enough memory",
      "2:code was given up, or an answer was wrong"
    })
final class LossesCommand implements Callable<Integer> {
  @Option(
      names = "--minutes",
      paramLabel = "MINUTES",
      description = "How long; default ${DEFAULT-VALUE}.")
  private int minutes = 5;

  @Option(
      names = "--seed",
      paramLabel = "NUMBER",
      description = "Which sizes and users; default ${DEFAULT-VALUE}.")
  private long seed = 1;

  @Spec private @Nullable CommandSpec spec; // picocli's, before call()

  @Override
  public Integer call() {
    CommandLine commandLine = Objects.requireNonNull(spec).commandLine();
    if (minutes < 1) {
      throw new ParameterException(commandLine, "--minutes must be 1 or more.");
    }
    PrintWriter out = commandLine.getOut();
    try {
      MixedLoad.Result seen =
          MixedLoad.run(
              Duration.ofMinutes(minutes), seed, Runtime.getRuntime().availableProcessors());
      out.printf(
          "%,d passes, %,d users registered, %d wrong answers, seed %d: %s%n",
          seen.passes(),
          seen.registered(),
          seen.wrong(),
          seed,
          seen.lossAfter()
              .map(
                  after ->
                      "code with vector operations was given up after " + after.toSeconds() + " s")
              .orElse("no code with vector operations was given up"));
      out.flush();
      return seen.lossAfter().isEmpty() && seen.wrong() == 0
          ? CommandLine.ExitCode.OK
          : TableCommand.WRONG_ANSWER;
    } catch (TableFullException e) {
      commandLine.getErr().println(e.getMessage());
      return TableCommand.USAGE;
    }
  }
}
