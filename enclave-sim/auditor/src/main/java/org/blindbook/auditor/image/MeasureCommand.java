package org.blindbook.auditor.image;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.blindbook.auditor.AuditException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code blindbook audit measure}. */
@Command(
    name = "measure",
    description =
        "Measure the enclave images as the platform does: MRENCLAVE, the digest of each measured"
            + " entry, the command line, and who signed it.",
    exitCodeOnInvalidInput = AuditException.USAGE,
    exitCodeListHeading = "%nExit codes (of two images, the lowest that applies from 2 on):%n",
    exitCodeList = {
      "0:measured, and signed as measured",
      "1:wrong usage, or no image to measure",
      "3:the signature is wrong",
      "7:the image is not signed, or not what was signed"
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  blindbook audit measure",
      "  blindbook audit measure --image lookup --json",
      "  blindbook audit measure --image /srv/blindbook/lookup"
    })
public final class MeasureCommand implements Callable<Integer> {
  @Spec private @Nullable CommandSpec spec; // picocli's, before call()

  @Option(names = "--image", paramLabel = "IMAGE", description = Installation.IMAGE_OPTION)
  private @Nullable String image;

  @Option(names = "--json", description = "Print one JSON object a line, for each image.")
  private boolean json;

  @Override
  public Integer call() throws IOException {
    PrintWriter out = Objects.requireNonNull(spec).commandLine().getOut();
    try {
      List<MeasuredImage> measured = new ArrayList<>();
      for (Path folder : Installation.images(image)) {
        measured.add(MeasuredImage.of(folder));
      }
      for (MeasuredImage one : measured) {
        if (json) {
          out.println(one.facts().json());
        } else {
          out.println(one.measurement() + "  " + one.name() + "  " + one.summary());
        }
      }
      if (!json) {
        for (MeasuredImage one : measured) {
          out.println();
          one.facts().print(out);
        }
      }
      out.flush();
      return AuditException.worst(measured.stream().map(MeasuredImage::exitCode).toList());
    } catch (AuditException e) {
      spec.commandLine().getErr().println(e.getMessage());
      return e.exitCode();
    }
  }
}
