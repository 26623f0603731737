package org.blindbook.auditor.trace;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** The check itself, quick, on the enclave of this build: what an auditor runs in full. */
class ShippedEnclaveTest {

  @Test
  void noFamilyTellsItsInputsApart() {
    Path folder = ShippedEnclave.folder();
    StringWriter report = new StringWriter();
    int exitCode =
        new CommandLine(new TraceCommand())
            .setOut(new PrintWriter(report))
            .execute("--quick", "--image", folder.toString());
    assertThat(exitCode).as(report.toString()).isZero();
  }
}
