package org.blindbook.bench;

import java.io.PrintWriter;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.blindbook.protocol.oprf.OprfException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code blindbook bench evaluator}. */
@Command(
    name = "evaluator",
    exitCodeOnInvalidInput = TableCommand.USAGE,
    description = {
      "Measure the evaluation of blinded mode on one core of this machine.",
      "",
      "Blinds made-up numbers, evaluates them with a proof, verifies and unblinds them, compares"
          + " with the same under other blinds, and prints medians after warm-up: some 10 seconds."
    },
    footerHeading = "%nExamples:%n",
    footer = {"  blindbook bench evaluator", "  blindbook bench evaluator --batch 64 --json"},
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:measured, every answer right",
      "1:wrong option",
      "2:a wrong answer: do not use this build"
    })
final class EvaluatorCommand implements Callable<Integer> {
  private static final int MAX_BATCH = 0xFFFF;

  @Option(
      names = "--batch",
      paramLabel = "ELEMENTS",
      description = "Elements with one proof: 1 to 65535; default ${DEFAULT-VALUE}.")
  private int batch = 512;

  @Option(names = "--json", description = "Print one JSON object.")
  private boolean json;

  @Spec private @Nullable CommandSpec spec; // picocli's, before call()

  @Override
  public Integer call() throws OprfException {
    CommandLine commandLine = Objects.requireNonNull(spec).commandLine();
    if (batch < 1 || batch > MAX_BATCH) {
      throw new ParameterException(
          commandLine, "--batch must be 1 to " + MAX_BATCH + ", not " + batch + ".");
    }
    EvaluatorMeasurement measured = EvaluatorMeasurement.run(batch, EvaluatorMeasurement.WARM_UP);
    PrintWriter out = commandLine.getOut();
    out.println(json ? measured.json() : measured.text());
    out.flush();
    return measured.wrong() == 0 ? CommandLine.ExitCode.OK : TableCommand.WRONG_ANSWER;
  }
}
