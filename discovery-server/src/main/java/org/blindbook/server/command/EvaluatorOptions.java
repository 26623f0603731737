package org.blindbook.server.command;

import java.net.URI;
import java.time.InstantSource;
import java.util.Optional;
import org.blindbook.server.auth.CredentialVerifier;
import org.blindbook.server.auth.LoadCredential;
import org.blindbook.server.auth.LoadKey;
import org.blindbook.server.enclavehost.EvaluatorKeyFile;
import org.blindbook.server.installation.DataDirectory;
import org.blindbook.server.installation.Deployment;
import org.blindbook.server.installation.InstallationKeys;
import org.blindbook.server.installation.OperatorException;
import org.blindbook.server.installation.PublishedStatus;
import org.blindbook.server.registrations.EvaluatedKeys;
import org.blindbook.server.registrations.LoadException;
import org.blindbook.server.registrations.LookupKeys;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Who makes lookup keys of identifiers, and the options that name an evaluator elsewhere. */
final class EvaluatorOptions {
  @Option(
      names = "--evaluator",
      paramLabel = "URL",
      description =
          "in mode blinded, another evaluator's server, which then gets blinded elements only;"
              + " without it, the one of this data directory")
  @Nullable URI evaluator;

  @Option(
      names = "--evaluator-credential",
      paramLabel = "TEXT",
      description = "what blindbook credential --load prints where the evaluator runs")
  @Nullable String evaluatorCredential;

  /** For an epoch; of mode truncated they need nobody. */
  LookupKeys lookupKeys(int wanted, DataDirectory directory, Deployment deployment)
      throws OperatorException, LoadException {
    if (deployment.blinded().isEmpty()) {
      if (evaluator != null || evaluatorCredential != null) {
        throw new OperatorException(
            "This data directory is of mode truncated and needs no evaluator: leave the options"
                + " out.");
      }
      return LookupKeys.truncated();
    }
    deployment.requireUsers();
    URI url = evaluatorUrl(directory);
    String credential = credential(directory, deployment);
    return EvaluatedKeys.blinded(url, credential, wanted, pinned(wanted, directory, deployment));
  }

  /**
   * The evaluator's public key, as the operator gave it or as the own evaluator's first start kept
   * it. Blinding is safe under a key that is known beforehand only.
   */
  private static Optional<String> pinned(
      int wanted, DataDirectory directory, Deployment deployment) {
    return deployment
        .evaluatorKey(wanted)
        .or(
            () ->
                new EvaluatorKeyFile(
                        directory.evaluatorKey(wanted), directory.evaluatorPublicKey(wanted))
                    .publicKey());
  }

  private URI evaluatorUrl(DataDirectory directory) throws OperatorException {
    if (evaluator == null) {
      return new PublishedStatus(directory)
          .readEvaluatorUrl()
          .orElseThrow(
              () ->
                  new OperatorException(
                      "Loading in mode blinded needs a running evaluator: start blindbook serve on"
                          + " this directory and wait until it is ready, or name another with"
                          + " --evaluator https://HOST:PORT."));
    }
    if (evaluator.getHost() == null) {
      throw new OperatorException("--evaluator takes a server's address: https://HOST:PORT.");
    }
    return evaluator;
  }

  private String credential(DataDirectory directory, Deployment deployment)
      throws OperatorException {
    if (evaluatorCredential != null) {
      return evaluatorCredential;
    }
    if (!deployment.evaluates()) {
      throw new OperatorException(
          "Loading from another server's evaluator needs --evaluator-credential: blindbook"
              + " credential --load prints one where the evaluator runs.");
    }
    LoadKey key = new InstallationKeys(directory).loadKey();
    return new LoadCredential(
            () -> key, CredentialVerifier.DEFAULT_VALIDITY, InstantSource.system())
        .mint();
  }
}
