package org.blindbook.auditor.trace;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import org.blindbook.platform.EnclaveProgram;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import picocli.CommandLine;

/** The check itself, quick, on each enclave of this build: what an auditor runs in full. */
class ShippedEnclaveTest {

  @ParameterizedTest
  @EnumSource(EnclaveProgram.class)
  void noFamilyTellsItsInputsApart(EnclaveProgram program) {
    Path folder = ShippedEnclave.folder(program);
    StringWriter report = new StringWriter();
    int exitCode =
        new CommandLine(new TraceCommand())
            .setOut(new PrintWriter(report))
            .execute("--quick", "--image", folder.toString());
    assertThat(exitCode).as(report.toString()).isZero();
  }
}
