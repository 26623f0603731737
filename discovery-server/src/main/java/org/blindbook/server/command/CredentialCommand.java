package org.blindbook.server.command;

import io.vertx.core.json.JsonObject;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.UUID;
import java.util.concurrent.Callable;
import org.blindbook.server.auth.CredentialMinter;
import org.blindbook.server.auth.CredentialVerifier;
import org.blindbook.server.auth.LoadCredential;
import org.blindbook.server.installation.DataDirectory;
import org.blindbook.server.installation.InstallationKeys;
import org.blindbook.server.installation.OperatorException;
import org.blindbook.server.registrations.Account;
import org.jspecify.annotations.Nullable;
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
      paramLabel = "UUID",
      description = "the account the credential is for")
  @Nullable String account;

  @Option(
      names = "--load",
      description = "mint one for blindbook load instead, which admits to bulk evaluation")
  boolean load;

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
    if (load == (account != null)) {
      throw new OperatorException(
          "Say for whom, with either --account UUID or --load. Try blindbook credential --help.");
    }
    InstallationKeys keys = new InstallationKeys(DataDirectory.open(dataDirectory));
    String credential = account == null ? forLoading(keys) : forAccount(keys, account);
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      out.println(new JsonObject().put("credential", credential).encode());
    } else {
      out.println(credential);
    }
    out.flush();
    return ExitCode.OK;
  }

  private String forLoading(InstallationKeys keys) throws OperatorException {
    return new LoadCredential(keys.loadKey(), CredentialVerifier.DEFAULT_VALIDITY, clock).mint();
  }

  private String forAccount(InstallationKeys keys, String name) throws OperatorException {
    UUID id =
        Account.parse(name)
            .orElseThrow(
                () -> new OperatorException("--account takes a UUID that is not all zeros."));
    return new CredentialMinter(keys.credentialKey(), clock)
        .mint(id)
        .orElseThrow(
            () ->
                new OperatorException(
                    "This data directory holds the half of the key that verifies only: mint"
                        + " where the whole key is."));
  }
}
