package org.blindbook.auditor.timing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.blindbook.auditor.machinecode.EnclaveJvm;
import org.blindbook.platform.EnclaveProgram;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** Few batches: whether times are equal is for the command, on a quiet machine. */
class TimingCommandTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int run(String... arguments) {
    return new CommandLine(new TimingCommand())
        .setOut(new PrintWriter(out, true))
        .setErr(new PrintWriter(err, true))
        .execute(arguments);
  }

  @Test
  void timesTheShippedTable() {
    Path enclave = EnclaveJvm.builtHere(EnclaveProgram.LOOKUP);
    assumeTrue(
        Files.isDirectory(enclave), "the enclave is not built: its jars are missing in " + enclave);

    int exitCode = run("--batches", "1000", "--seed", "7", "--json");

    assertThat(out.toString())
        .contains(
            "\"exitCode\":" + exitCode,
            "lookup: hits against misses",
            "lookup: distinct against duplicates",
            "lookup: sorted against random keys",
            "update: inserts against overwrites",
            "planted: early exit for one query")
        .doesNotContain("NaN", "\"firstMeanNanos\":0.0");
  }

  @Test
  void saysWhatToDoWhenThereIsNoEnclave() {
    assertThat(run("--image", "/nonexistent")).isEqualTo(1);
    assertThat(err.toString()).contains("/nonexistent cannot be read");
  }

  @Test
  void refusesAnEnclaveWithoutATable() {
    Path enclave = EnclaveJvm.builtHere(EnclaveProgram.EVALUATOR);
    assumeTrue(Files.isDirectory(enclave), "the evaluator enclave is not built");
    assertThat(run("--image", enclave.toString())).isEqualTo(1);
    assertThat(err.toString()).contains("is not of the kind that this checks");
  }

  @Test
  void refusesAKernelThatDoesNotExist() {
    assertThat(run("--kernel", "vector1024")).isEqualTo(1);
    assertThat(err.toString()).contains("There is no kernel vector1024");
  }

  @Test
  void refusesTooFewBatches() {
    assertThat(run("--batches", "10")).isEqualTo(1);
    assertThat(err.toString()).contains("at least 1000");
  }
}
