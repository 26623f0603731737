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
import org.blindbook.server.auth.LoadKey;
import org.blindbook.server.installation.DataDirectory;
import org.blindbook.server.installation.InstallationKeys;
import org.blindbook.server.installation.OperatorException;
import org.blindbook.server.installation.SecretRotation;
import org.blindbook.server.registrations.Account;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
    name = "credential",
    synopsisSubcommandLabel = "[COMMAND]",
    description = {
      "Mints a credential for one account, as a messenger's backend would, and prints it. It"
          + " lasts for 24 hours unless the server is configured otherwise.",
      "",
      "Its commands change the secret that credentials are minted with, while the server runs.",
      ""
    },
    footer = {
      "",
      "Examples:",
      "  blindbook credential --data-dir /var/lib/blindbook \\",
      "      --account 5f0c7d52-5a4e-4d0c-9a3f-0b6a5b1c2d3e",
      "  blindbook discover --server https://host:8443 --contacts me.vcf --trust trust.yaml \\",
      "      --credential \"$(blindbook credential --data-dir DIR --account UUID)\"",
      "  blindbook credential rotate --data-dir DIR    a new secret; the old one is accepted, too",
      "  blindbook credential retire --data-dir DIR    a day later: the old one is not any more",
      "",
      "Exit codes: 0 done, 2 wrong usage or environment."
    })
final class CredentialCommand implements Callable<Integer> {
  /** Required to mint; the commands below have one of their own. */
  @Option(
      names = "--data-dir",
      paramLabel = "DIR",
      description = "the installation's directory, which holds the key")
  @Nullable Path dataDirectory;

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
    if (dataDirectory == null) {
      throw new MissingParameterException(
          spec.commandLine(),
          spec.findOption("--data-dir"),
          "Missing required option: '--data-dir=DIR'");
    }
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
    LoadKey key = keys.loadKey();
    return new LoadCredential(() -> key, CredentialVerifier.DEFAULT_VALIDITY, clock).mint();
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

  /** What every command of secrets is told. */
  static final class Target {
    @Option(
        names = "--data-dir",
        required = true,
        paramLabel = "DIR",
        description = "the installation's directory")
    Path dataDirectory = Path.of("");

    @Option(
        names = "--load",
        description = "the secret behind credentials for blindbook load, instead of clients'")
    boolean load;

    @Option(
        names = "--json",
        description = "print {\"accepted\":N}, the number of secrets, instead")
    boolean json;

    SecretRotation rotation(InstantSource clock) throws OperatorException {
      DataDirectory directory = DataDirectory.open(dataDirectory);
      return load
          ? SecretRotation.ofLoaders(directory, clock, Thread::sleep)
          : SecretRotation.ofCredentials(directory, clock, Thread::sleep);
    }
  }

  @Command(
      description = {
        "Mints with a new secret from now on. Credentials minted with the one of before are"
            + " accepted until blindbook credential retire. A server that runs takes the new one"
            + " over first, which takes three seconds. Accounts keep their pseudonyms, so nobody"
            + " gets fresh permits.",
        "",
        "Where a backend mints, give it the new first 32 bytes of credential.key afterwards."
      })
  int rotate(@Mixin Target target) throws OperatorException, InterruptedException {
    target.rotation(clock).rotate();
    return print(
        target,
        2,
        "Credentials are minted with a new secret. Those of before are accepted, too: retire"
            + " their secret when they have expired, with blindbook credential retire.");
  }

  @Command(
      description =
          "Ends a rotation: credentials minted before it are refused from now on. Waits for none"
              + " that is still in use: run it 24 hours after the rotation.")
  int retire(
      @Mixin Target target,
      @Option(
              names = "--now",
              description = "within 24 hours of the rotation, too: clients then get new ones")
          boolean now)
      throws OperatorException {
    target.rotation(clock).retire(now, CredentialVerifier.DEFAULT_VALIDITY);
    return print(target, 1, "Credentials minted before the rotation are refused.");
  }

  private int print(Target target, int accepted, String sentence) {
    PrintWriter out = spec.commandLine().getOut();
    out.println(target.json ? new JsonObject().put("accepted", accepted).encode() : sentence);
    out.flush();
    return ExitCode.OK;
  }
}
