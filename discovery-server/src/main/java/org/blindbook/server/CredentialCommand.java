package org.blindbook.server;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.UUID;
import java.util.concurrent.Callable;
import org.blindbook.server.auth.CredentialMinter;
import org.blindbook.server.registrations.Account;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
    name = "credential",
    description =
        "Mints a credential for one account, as a messenger's backend would, and prints it. It"
            + " lasts for 24 hours unless the server is configured otherwise.",
    footer = {
      "",
      "Examples:",
      "  blindbook credential --data-dir /var/lib/blindbook \\",
      "      --account 5f0c7d52-5a4e-4d0c-9a3f-0b6a5b1c2d3e",
      "  blindbook discover --server https://host:8443 --contacts me.vcf --trust trust.yaml \\",
      "      --credential \"$(blindbook credential --data-dir DIR --account UUID)\"",
      "",
      "Exit codes: 0 printed, 2 wrong usage or environment."
    })
final class CredentialCommand implements Callable<Integer> {
  @Option(
      names = "--data-dir",
      required = true,
      paramLabel = "DIR",
      description = "the installation's directory, which holds the key")
  Path dataDirectory = Path.of("");

  @Option(
      names = "--account",
      required = true,
      paramLabel = "UUID",
      description = "the account the credential is for")
  String account = "";

  @Option(names = "--json", description = "print {\"credential\":...} instead")
  boolean json;

  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it
  CommandSpec spec;

  private final InstantSource clock;

  CredentialCommand(InstantSource clock) {
    this.clock = clock;
  }

  @Override
  public Integer call() throws OperatorException {
    UUID id =
        Account.parse(account)
            .orElseThrow(
                () -> new OperatorException("--account takes a UUID that is not all zeros."));
    String credential =
        new CredentialMinter(DataDirectory.open(dataDirectory).credentialKey(), clock)
            .mint(id)
            .orElseThrow(
                () ->
                    new OperatorException(
                        "This data directory holds the half of the key that verifies only: mint"
                            + " where the whole key is."));
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      new JsonLine().put("credential", credential).printOn(out);
    } else {
      out.println(credential);
      out.flush();
    }
    return Main.EXIT_OK;
  }
}
