package org.blindbook.auditor.image;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.blindbook.auditor.AuditException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code blindbook audit policy init}. */
@Command(
    name = "init",
    description = {
      "Print a policy that accepts the enclave images of this installation and nothing else, with"
          + " other keys as comments that say what they ask for.",
      "",
      "It measures the images and takes your word for the commit: compare them with what that"
          + " commit builds first, by blindbook audit rebuild. Confidential virtual machines are"
          + " measured as a whole: name them by --measurement."
    },
    exitCodeOnInvalidInput = AuditException.USAGE,
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {"0:printed", "1:wrong usage, or no image to measure"},
    footerHeading = "%nExamples:%n",
    footer = {
      "  blindbook audit policy init --root intel --commit 4f2a91c > trust.yaml",
      "  blindbook audit policy init --root amd --commit 4f2a91c --measurement 96_DIGITS"
    })
public final class PolicyInitCommand implements Callable<Integer> {
  /** Vendors of roots that are built in; the simulated one comes with its certificate. */
  private enum Root {
    intel,
    amd
  }

  private static final String HEAD =
      """
      # What this policy names is accepted, nothing else. To check it after a change:
      #   blindbook audit policy lint FILE
      version: 1
      trustRoots:
        - name: %s
      measurements:
      """;

  private static final String MEASUREMENT =
      """
        - measurement: %s
          release: %s
          commit: %s
          reason: %s
          date: %s
      """;

  private static final String INTEL =
      """
      # Holes of the platform that you accept, by name; no server of Intel is without one of the two:
      # knownBroken: [ddr4-interposer, ddr5-interposer]
      # What domains of TDX are asked:
      # tdx: {septVeDisable: true, definedAttributesOnly: true}
      """;

  private static final String AMD =
      """
      # Holes of the platform that you accept, by name; no server of AMD is without one of the two:
      # knownBroken: [ddr4-interposer, ddr5-interposer]
      # What guests of SEV-SNP are asked, floors of firmware first; one policy for each line of processors:
      # snp:
      #   products: [Genoa]
      #   minimumTcb: {bootloader: 10, tee: 0, snp: 27, microcode: 84}
      #   vmpl: 0
      #   guestPolicy: {ciphertextHiding: true}
      #   platformInfo: {aliasCheckComplete: true}
      #   requireRevocationList: true
      """;

  private static final String REST =
      """
      # The Java runtime and the deployment settings, by the digests that audit verify prints:
      # runtimes:
      #   - {digest: , name: }
      # settings:
      #   - {digest: , name: production}
      # In mode blinded, the evaluator's keys:
      # oprfKeys:
      #   - {epoch: 1, publicKey: }
      # Inner loops that audit trace --machine-code stepped through on your kind of machine:
      # kernels: [vector512]
      # maxThreads: 8
      # How current the platform has to be; this is the default:
      # tcbStatuses: [UpToDate, SWHardeningNeeded]
      # tcbGraceDays: 30
      """;

  @Spec private @Nullable CommandSpec spec; // picocli's, before call()

  @Option(
      names = "--root",
      required = true,
      paramLabel = "VENDOR",
      description = "Whose machines are accepted: intel or amd.")
  private Root root = Root.intel;

  @Option(
      names = "--commit",
      required = true,
      paramLabel = "REVISION",
      description = "The source commit that the images were rebuilt from.")
  private String commit = "";

  @Option(
      names = "--reason",
      paramLabel = "TEXT",
      description = "Why they are accepted. Default: ${DEFAULT-VALUE}.")
  private String reason = "measured here, not reviewed";

  @Option(names = "--image", paramLabel = "IMAGE", description = Installation.IMAGE_OPTION)
  private @Nullable String image;

  @Option(
      names = "--measurement",
      paramLabel = "HEX",
      description =
          "In place of images, the measurement of a virtual machine, 96 hexadecimal digits; may be"
              + " given several times.")
  private List<String> measurements = List.of();

  @Override
  public Integer call() {
    PrintWriter out = Objects.requireNonNull(spec).commandLine().getOut();
    try {
      StringBuilder policy = new StringBuilder(HEAD.formatted(root));
      for (String measurement : measurements) {
        policy.append(accepted(checked(measurement), "guest"));
      }
      if (measurements.isEmpty()) {
        for (Path folder : images()) {
          MeasuredImage measured = MeasuredImage.of(folder);
          policy.append(accepted(measured.measurement(), measured.name()));
        }
      }
      out.print(policy.append(root == Root.amd ? AMD : INTEL).append(REST));
      out.flush();
      return 0;
    } catch (AuditException e) {
      spec.commandLine().getErr().println(e.getMessage());
      return e.exitCode();
    }
  }

  private List<Path> images() throws AuditException {
    if (root == Root.amd) {
      throw new AuditException(
          AuditException.USAGE,
          "AMD's processors measure a virtual machine, not an enclave image: name it by"
              + " --measurement.");
    }
    return Installation.images(image);
  }

  private static String checked(String measurement) throws AuditException {
    if (!measurement.matches("[0-9a-f]{96}")) {
      throw new AuditException(
          AuditException.USAGE,
          "--measurement takes 96 lower-case hexadecimal digits, as TDX and SEV-SNP have them.");
    }
    return measurement;
  }

  private String accepted(String measurement, String release) {
    return MEASUREMENT.formatted(
        measurement, release, quoted(commit), quoted(reason), LocalDate.now(ZoneOffset.UTC));
  }

  /** As YAML's double-quoted style has it. */
  private static String quoted(String text) {
    return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", " ") + '"';
  }
}
