package org.blindbook.auditor.image;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.apache.commons.codec.binary.Hex;
import org.blindbook.auditor.AuditException;
import org.blindbook.auditor.Facts;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code blindbook audit rebuild}. */
@Command(
    name = "rebuild",
    description =
        "Build the enclaves again from source, in a temporary folder, and compare them with the"
            + " shipped images. Names the first entry that differs.",
    exitCodeOnInvalidInput = AuditException.USAGE,
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:every rebuilt enclave has the same measurement",
      "1:wrong usage, no image, or the source does not build",
      "7:a rebuilt enclave differs"
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  blindbook audit rebuild",
      "  blindbook audit rebuild --image lookup",
      "  blindbook audit rebuild --image /srv/blindbook/lookup --source ~/src/blindbook --json"
    })
public final class RebuildCommand implements Callable<Integer> {
  private static final int DIFFERS = 7;

  @Spec private @Nullable CommandSpec spec; // picocli's, before call()

  @Option(names = "--image", paramLabel = "IMAGE", description = Installation.IMAGE_OPTION)
  private @Nullable String image;

  @Option(
      names = "--source",
      paramLabel = "DIR",
      description = "The source to build; this installation's by default.")
  private @Nullable Path source;

  @Option(
      names = "--json",
      description =
          "Print one JSON object a line, for each image; progress goes to standard error all the"
              + " same.")
  private boolean json;

  @Override
  public Integer call() throws IOException, InterruptedException {
    var commandLine = Objects.requireNonNull(spec).commandLine();
    PrintWriter progress = commandLine.getErr();
    Path copy = Files.createTempDirectory("blindbook-rebuild-");
    try {
      List<MeasuredImage> shipped = new ArrayList<>();
      for (Path folder : Installation.images(image)) {
        shipped.add(MeasuredImage.of(folder));
      }
      Path tree = source == null ? Installation.home() : source.toAbsolutePath().normalize();
      int files = new SourceTree(tree).copyTo(copy);
      progress.println("building from " + files + " source files (a minute or two)");
      progress.flush();
      SourceTree.build(copy, shipped.stream().map(one -> one.image().program()).toList(), progress);
      List<Integer> exitCodes = new ArrayList<>();
      for (MeasuredImage one : shipped) {
        MeasuredImage rebuilt = MeasuredImage.of(Installation.imageIn(copy, one.image().program()));
        exitCodes.add(report(commandLine.getOut(), one, rebuilt));
      }
      return AuditException.worst(exitCodes);
    } catch (AuditException e) {
      progress.println(e.getMessage());
      return e.exitCode();
    } finally {
      delete(copy);
    }
  }

  private int report(PrintWriter out, MeasuredImage shipped, MeasuredImage rebuilt)
      throws IOException {
    Optional<Difference> difference = difference(shipped, rebuilt);
    if (json) {
      out.println(
          new Facts()
              .put("image", shipped.name())
              .put("identical", difference.isEmpty())
              .put("shipped", shipped.measurement())
              .put("rebuilt", rebuilt.measurement())
              .put("firstDifference", difference.map(Difference::entry).orElse(null))
              .put("detail", difference.map(Difference::detail).orElse(null))
              .json());
    } else if (difference.isEmpty()) {
      out.println(
          "IDENTICAL: the source gives the shipped "
              + shipped.name()
              + " enclave, "
              + shipped.measurement());
    } else {
      out.println(
          "DIFFERENT: "
              + shipped.name()
              + " enclave: "
              + difference.get().entry()
              + ": "
              + difference.get().detail());
      out.println("  shipped  " + shipped.measurement());
      out.println("  rebuilt  " + rebuilt.measurement());
    }
    out.flush();
    return difference.isEmpty() ? 0 : DIFFERS;
  }

  /** The rebuilt platform measures too: its idea of the command line counts, not only ours. */
  private static Optional<Difference> difference(MeasuredImage shipped, MeasuredImage rebuilt)
      throws IOException {
    Optional<Difference> first = Difference.first(shipped.image(), rebuilt.image());
    Optional<String> byRebuilt =
        rebuilt.signature().map(signature -> Hex.encodeHexString(signature.enclaveHash()));
    return first.isPresent() || byRebuilt.filter(shipped.measurement()::equals).isPresent()
        ? first
        : Optional.of(
            new Difference(
                "command line", "the source launches the same jars with other arguments"));
  }

  private static void delete(Path folder) throws IOException {
    List<Path> files;
    try (Stream<Path> all = Files.walk(folder)) {
      files = all.sorted(Comparator.reverseOrder()).toList();
    }
    for (Path file : files) {
      Files.delete(file);
    }
  }
}
