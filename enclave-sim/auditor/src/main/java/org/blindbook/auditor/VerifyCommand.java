package org.blindbook.auditor;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.concurrent.Callable;
import org.blindbook.attestation.AppraisalPolicy;
import org.blindbook.attestation.PolicyException;
import org.blindbook.protocol.message.Claims;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** {@code blindbook audit verify}. */
@Command(
    name = "verify",
    description =
        "Verify and appraise evidence of enclaves: of all behind a running server, or of one from a"
            + " folder.",
    exitCodeOnInvalidInput = AuditException.USAGE,
    exitCodeListHeading = "%nExit codes (the lowest that applies from 2 on, of all enclaves):%n",
    exitCodeList = {
      "0:accepted",
      "1:wrong usage, unreadable file or policy",
      "2:malformed evidence",
      "3:signature or certificate chain, or a root that the policy does not name",
      "4:collateral missing, stale or rolled back",
      "5:revoked",
      "6:TCB status or advisory",
      "7:measurement, runtime, debug mode or migration against the policy",
      "8:claims not bound, or not fresh",
      "10:network"
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  blindbook audit verify --server https://discovery.example.org --trust trust.yaml",
      "  blindbook audit verify --server ws://localhost:8080 --trust data/trust.yaml --json",
      "  blindbook audit verify --server https://discovery.example.org --trust trust.yaml --save"
          + " saved",
      "  blindbook audit verify --case saved/lookup --at 2026-11-22T03:00:00Z --policy trust.yaml"
    })
final class VerifyCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  @ArgGroup(multiplicity = "1")
  private Source source = new Source();

  /** Where the evidence comes from. */
  static final class Source {
    @Option(
        names = "--server",
        paramLabel = "URL",
        required = true,
        description =
            "Ask this server for evidence made for a fresh nonce, of its lookup enclave, of its"
                + " evaluator enclave and of its enclave of recent registrations, as far as it has"
                + " them.")
    private @Nullable String server;

    @Option(
        names = "--case",
        paramLabel = "DIR",
        required = true,
        description = "Read quote.bin or report.bin, and its collateral, from this folder.")
    private @Nullable Path folder;
  }

  @Option(
      names = {"--trust", "--policy"},
      paramLabel = "FILE",
      description = "The policy to appraise by. Required with --server.")
  private @Nullable Path policy;

  @Option(
      names = "--at",
      paramLabel = "INSTANT",
      converter = InstantConverter.class,
      description =
          "Judge as of this time, 2026-11-22T03:00:00Z or seconds since 1970. Only with --case."
              + " Default: now.")
  private @Nullable Instant at;

  @Option(
      names = "--save",
      paramLabel = "DIR",
      description =
          "Keep the server's evidence in this folder, in lookup, evaluator and recent, to judge it"
              + " again with --case.")
  private @Nullable Path save;

  @Option(
      names = "--json",
      description =
          "Print each verdict as one JSON object a line; everything else goes to standard error.")
  private boolean json;

  static final class InstantConverter implements ITypeConverter<Instant> {
    @Override
    public Instant convert(String text) {
      try {
        return text.matches("\\d{1,12}")
            ? Instant.ofEpochSecond(Long.parseLong(text))
            : Instant.parse(text);
      } catch (DateTimeException e) {
        throw new TypeConversionException("write the time as 2026-11-22T03:00:00Z");
      }
    }
  }

  @Override
  public Integer call() {
    try {
      List<Judgement> judgements = judge();
      PrintWriter out = spec.commandLine().getOut();
      String between = "";
      for (Judgement judgement : judgements) {
        if (json) {
          out.println(JsonReport.of(judgement));
        } else {
          out.print(between);
          new TextReport(out).print(judgement);
          between = System.lineSeparator();
        }
      }
      return AuditException.worst(judgements.stream().map(Judgement::exitCode).toList());
    } catch (AuditException e) {
      spec.commandLine().getErr().println(e.getMessage());
      return e.exitCode();
    } catch (PolicyException e) {
      spec.commandLine().getErr().println(e.getMessage());
      return AuditException.USAGE;
    }
  }

  private List<Judgement> judge() throws AuditException, PolicyException {
    if (source.folder != null) {
      if (save != null) {
        throw new AuditException(
            AuditException.USAGE, "Evidence from a folder is saved already: leave out --save.");
      }
      Judgement judgement =
          Judgement.of(
              EvidenceCase.read(source.folder),
              policy == null ? AppraisalPolicy.anyGenuineEnclave() : AppraisalPolicy.read(policy),
              at == null ? Instant.now() : at);
      return List.of(at == null ? judgement : judgement.atChosenTime());
    }
    if (policy == null) {
      throw new AuditException(
          AuditException.USAGE, "A server is judged by a policy: name it with --trust FILE.");
    }
    if (at != null) {
      throw new AuditException(
          AuditException.USAGE, "A running server is judged as of now: leave out --at.");
    }
    AppraisalPolicy parsed = AppraisalPolicy.read(policy);
    byte[] nonce = new byte[Claims.NONCE_BYTES];
    new SecureRandom().nextBytes(nonce);
    SortedMap<OfferedEnclave, Evidence> enclaves =
        new LiveServer(String.valueOf(source.server)).fetch(nonce);
    Instant now = Instant.now();
    List<Judgement> judgements = new ArrayList<>();
    for (Map.Entry<OfferedEnclave, Evidence> enclave : enclaves.entrySet()) {
      keep(enclave.getValue(), enclave.getKey().label(), now);
      judgements.add(
          Judgement.of(enclave.getValue(), parsed, now).offeredAs(enclave.getKey().program()));
    }
    return judgements;
  }

  private void keep(Evidence evidence, String name, Instant now) throws AuditException {
    if (save != null) {
      EvidenceCase.write(evidence, save.resolve(name));
      spec.commandLine()
          .getErr()
          .println(
              "Saved. For this verdict again: blindbook audit verify --case "
                  + save.resolve(name)
                  + " --at "
                  + now
                  + " --policy "
                  + policy);
    }
  }
}
