package org.blindbook.auditor;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.blindbook.attestation.format.MalformedEvidenceException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code blindbook audit inspect}. */
@Command(
    name = "inspect",
    description =
        "Show what is in a file of evidence: a quote, a bundle of collateral, TCB info, QE"
            + " identity, certificates, a revocation list, an enclave's signature (SIGSTRUCT),"
            + " claims. Shows only: nothing is verified.",
    exitCodeOnInvalidInput = AuditException.USAGE,
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:shown",
      "1:wrong usage or unreadable file",
      "2:of no known kind, or damaged"
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  blindbook audit inspect saved/lookup/quote.bin",
      "  blindbook audit inspect saved/lookup/tcb_info.json --json"
    })
final class InspectCommand implements Callable<Integer> {
  private static final int MAX_BYTES = 1 << 20;

  @Spec private @Nullable CommandSpec spec; // picocli's, before call()

  @Parameters(paramLabel = "FILE", description = "The file to show.")
  private Path file = Path.of("");

  @Option(names = "--json", description = "Print one JSON object.")
  private boolean json;

  @Override
  public Integer call() {
    PrintWriter out = Objects.requireNonNull(spec).commandLine().getOut();
    PrintWriter err = spec.commandLine().getErr();
    byte[] bytes;
    try {
      if (Files.size(file) > MAX_BYTES) {
        err.println("The file " + file + " is larger than any evidence.");
        return AuditException.MALFORMED;
      }
      bytes = Files.readAllBytes(file);
    } catch (IOException e) {
      err.println("The file " + file + " cannot be read: check the path.");
      return AuditException.USAGE;
    }
    try {
      Facts facts = Inspection.of(bytes);
      if (json) {
        out.println(facts.json());
      } else {
        facts.print(out);
      }
      return 0;
    } catch (MalformedEvidenceException e) {
      err.println("The file " + file + " cannot be shown: " + e.getMessage() + ".");
      return AuditException.MALFORMED;
    } finally {
      out.flush();
    }
  }
}
