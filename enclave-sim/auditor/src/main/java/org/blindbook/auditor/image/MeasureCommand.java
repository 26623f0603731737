package org.blindbook.auditor.image;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.blindbook.auditor.AuditException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code blindbook audit measure}. */
@Command(
    name = "measure",
    description =
        "Measure an enclave image as the platform does: MRENCLAVE, the digest of each measured"
            + " entry, the command line, and who signed it.",
    exitCodeOnInvalidInput = AuditException.USAGE,
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:measured, and signed as measured",
      "1:wrong usage, or no image to measure",
      "3:the signature is wrong",
      "7:the image is not signed, or not what was signed"
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  blindbook audit measure",
      "  blindbook audit measure /srv/blindbook/enclave --json"
    })
public final class MeasureCommand implements Callable<Integer> {
  @Spec private @Nullable CommandSpec spec; // picocli's, before call()

  @Parameters(
      arity = "0..1",
      paramLabel = "IMAGE",
      description = "The folder of the enclave's jars; this installation's enclave by default.")
  private @Nullable Path image;

  @Option(names = "--json", description = "Print one JSON object.")
  private boolean json;

  @Override
  public Integer call() throws IOException {
    PrintWriter out = Objects.requireNonNull(spec).commandLine().getOut();
    try {
      MeasuredImage measured = MeasuredImage.of(image == null ? Installation.image() : image);
      if (json) {
        out.println(measured.facts().json());
      } else {
        out.println(measured.measurement() + "  " + measured.summary());
        out.println();
        measured.facts().print(out);
      }
      out.flush();
      return measured.exitCode();
    } catch (AuditException e) {
      spec.commandLine().getErr().println(e.getMessage());
      return e.exitCode();
    }
  }
}
