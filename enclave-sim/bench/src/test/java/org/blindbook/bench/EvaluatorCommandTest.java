package org.blindbook.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import org.blindbook.protocol.oprf.OprfException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class EvaluatorCommandTest {

  @Test
  void measuresABatchAndComparesItsAnswers() throws OprfException {
    EvaluatorMeasurement measured = EvaluatorMeasurement.run(4, Duration.ZERO);
    assertThat(measured.wrong()).isZero();
    assertThat(measured.evaluated()).isPositive();
    assertThat(measured.blinded()).isPositive();
    assertThat(measured.finished()).isPositive();
    assertThat(measured.evaluatedBytes()).isPositive();
    assertThat(measured.json()).startsWith("{\"batch\":4,\"evaluateUs\":").endsWith("\"wrong\":0}");
    assertThat(measured.text()).contains("0 wrong");
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "65536", "x"})
  void aBadBatchIsOnePlainSentence(String batch) {
    StringWriter err = new StringWriter();
    CommandLine commandLine = Main.commandLine(new TableCommand());
    commandLine.setErr(new PrintWriter(err, true));
    assertThat(commandLine.execute("bench", "evaluator", "--batch", batch))
        .isEqualTo(TableCommand.USAGE);
    assertThat(err.toString()).contains("--batch").hasLineCount(1);
  }
}
