package org.blindbook.server.command;

import io.vertx.core.json.JsonObject;
import java.io.Console;
import java.io.File;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import org.blindbook.server.auth.CredentialVerifier;
import org.blindbook.server.auth.LoadCredential;
import org.blindbook.server.auth.LoadKey;
import org.blindbook.server.enclavehost.EvaluatorKeyFile;
import org.blindbook.server.installation.DataDirectory;
import org.blindbook.server.installation.Deployment;
import org.blindbook.server.installation.DeploymentFile;
import org.blindbook.server.installation.InstallationKeys;
import org.blindbook.server.installation.OperatorException;
import org.blindbook.server.installation.PublishedStatus;
import org.blindbook.server.installation.Rotation;
import org.blindbook.server.registrations.BulkLoad;
import org.blindbook.server.registrations.BulkLoad.Report;
import org.blindbook.server.registrations.EvaluatedKeys;
import org.blindbook.server.registrations.LoadException;
import org.blindbook.server.registrations.LookupKeys;
import org.blindbook.server.registrations.Operation;
import org.blindbook.server.registrations.RegistrationStore;
import org.blindbook.server.registrations.StoreException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
    name = "load",
    description = {
      "Registers users from a CSV file, or unregisters them.",
      "",
      "The file is UTF-8 with the header identifier,account_id. An identifier is a phone number in"
          + " international form (+...) or an e-mail address; an account is a UUID. A row that"
          + " cannot be loaded goes to FILE.rejects.csv with its line number and the reason, and"
          + " the others are loaded. Of several rows for one identifier the last counts. A server"
          + " may be running meanwhile and finds what was loaded; loading a file twice changes"
          + " nothing.",
      ""
    },
    footer = {
      "",
      "Examples:",
      "  blindbook load --data-dir /var/lib/blindbook --mode truncated users.csv",
      "  blindbook load --data-dir /var/lib/blindbook users.csv",
      "  blindbook load --data-dir /var/lib/blindbook --delete left.csv",
      "  blindbook load --data-dir /var/lib/blindbook --json users.csv >report.json",
      "  blindbook load --data-dir DIR --evaluator https://evaluator:8443 \\",
      "      --evaluator-credential TEXT users.csv",
      "  blindbook load --data-dir DIR --epoch 2 users.csv",
      "",
      "Exit codes: 0 every row was loaded, 3 loaded with rejects, 2 wrong usage or environment."
    })
final class LoadCommand implements Callable<Integer> {
  @Option(
      names = "--data-dir",
      required = true,
      paramLabel = "DIR",
      description = "the installation's directory; created when missing")
  Path dataDirectory = Path.of("");

  @Parameters(paramLabel = "FILE.csv", description = "the file to load")
  Path file = Path.of("");

  @Option(
      names = "--mode",
      paramLabel = "MODE",
      description =
          "what a new data directory becomes: truncated keeps hashes, from which phone numbers can"
              + " be found by trying; for blinded start blindbook serve first. Chosen once")
  DeploymentOptions.@Nullable Mode mode;

  @Option(
      names = "--delete",
      description = "unregister every identifier of the file; it needs no column account_id then")
  boolean delete;

  @Option(
      names = "--rejects",
      paramLabel = "FILE",
      description = "where rejected rows go instead; replaced if there are any")
  @Nullable Path rejects;

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

  @Option(
      names = "--epoch",
      paramLabel = "N",
      description =
          "in mode blinded, the one live epoch to load into; without it, all of them. The next"
              + " epoch, not begun yet, begins with it in role both")
  @Nullable Integer epoch;

  @Option(names = "--json", description = "print the counts as JSON instead of a sentence")
  boolean json;

  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it
  CommandSpec spec;

  @Override
  public Integer call() throws OperatorException {
    DataDirectory directory = DataDirectory.open(dataDirectory);
    DeploymentFile file = new DeploymentFile(directory);
    Deployment deployment = file.readOrChoose(() -> chosen(directory));
    DeploymentOptions asked = new DeploymentOptions();
    asked.mode = mode;
    asked.requireSame(deployment);
    long rejected = 0;
    for (int wanted : wantedEpochs(directory, deployment)) {
      rejected += loadInto(wanted, directory, file.read());
    }
    return rejected == 0 ? ExitCode.OK : ExitCode.REJECTS;
  }

  /**
   * What a new data directory becomes. There is no default: hashes of phone numbers can be tried,
   * and once they are written it is too late for another mode.
   */
  private Deployment chosen(DataDirectory directory) throws OperatorException {
    if (mode == DeploymentOptions.Mode.truncated) {
      return Deployment.TRUNCATED;
    }
    throw new OperatorException(
        mode == DeploymentOptions.Mode.blinded
            ? "Loading in mode blinded needs a running evaluator: start blindbook serve --mode"
                + " blinded on the data directory "
                + directory
                + " first."
            : "The data directory "
                + directory
                + " has no mode yet: start blindbook serve --mode blinded on it first, or say"
                + " --mode truncated to load plain hashes, from which phone numbers can be found"
                + " by trying them all.");
  }

  /** A registration counts in every epoch that is live: the one that comes must not miss it. */
  private Collection<Integer> wantedEpochs(DataDirectory directory, Deployment deployment)
      throws OperatorException {
    if (epoch == null) {
      return deployment.live();
    }
    int wanted = epoch;
    boolean isNext = deployment.blinded().map(b -> b.begun() + 1 == wanted).orElse(false);
    if (isNext && deployment.evaluates() && deployment.looksUp()) {
      new Rotation(directory).begin(Optional.empty());
    } else {
      deployment.requireLive(wanted);
    }
    return List.of(wanted);
  }

  /** Returns the number of rejected rows. */
  private long loadInto(int wanted, DataDirectory directory, Deployment deployment)
      throws OperatorException {
    long start = System.nanoTime();
    Report report = load(wanted, directory, deployment);
    double seconds = (System.nanoTime() - start) / 1_000_000 / 1e3;
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      printJson(wanted, report, seconds, out);
    } else {
      String where = deployment.live().size() == 1 ? "" : "Epoch " + wanted + ": ";
      out.println(where + sentence(report, seconds));
      out.flush();
    }
    return report.rejected();
  }

  private Report load(int wanted, DataDirectory directory, Deployment deployment)
      throws OperatorException {
    try (LookupKeys keys = lookupKeys(wanted, directory, deployment);
        RegistrationStore store = RegistrationStore.sqlite(directory.registrations(wanted));
        ProgressBar bar = progressBar(file.toFile())) {
      return BulkLoad.run(
          file,
          delete ? Operation.UNREGISTER : Operation.REGISTER,
          rejects == null ? rejectsBeside(file) : rejects,
          store,
          keys,
          bytes -> {
            if (bar != null) {
              bar.stepTo(bytes);
            }
          });
    } catch (LoadException | StoreException e) {
      throw new OperatorException(String.valueOf(e.getMessage()), e);
    }
  }

  private LookupKeys lookupKeys(int wanted, DataDirectory directory, Deployment deployment)
      throws OperatorException, LoadException {
    if (deployment.blinded().isEmpty()) {
      if (evaluator != null || evaluatorCredential != null) {
        throw new OperatorException(
            "This data directory is of mode truncated and needs no evaluator: leave the options"
                + " out.");
      }
      return LookupKeys.truncated();
    }
    if (!deployment.looksUp()) {
      throw new OperatorException(
          "This data directory is an evaluator's and holds no users: load where they are looked"
              + " up.");
    }
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

  /** {@code users.csv} has its rejects in {@code users.rejects.csv}. */
  private static Path rejectsBeside(Path file) {
    String name = String.valueOf(file.getFileName());
    String stem =
        name.toLowerCase(Locale.ROOT).endsWith(".csv")
            ? name.substring(0, name.length() - ".csv".length())
            : name;
    return file.resolveSibling(stem + ".rejects.csv");
  }

  /** Null unless somebody is watching. */
  private static @Nullable ProgressBar progressBar(File file) {
    Console console = System.console();
    return console == null || !console.isTerminal() || !file.isFile()
        ? null
        : new ProgressBarBuilder()
            .setTaskName("Loading")
            .setInitialMax(file.length())
            .setUnit(" MB", 1_000_000)
            .setConsumer(new ConsoleProgressBarConsumer(System.err))
            .build();
  }

  private static void printJson(int wanted, Report report, double seconds, PrintWriter out) {
    Path rejects = report.rejects();
    JsonObject line = new JsonObject();
    if (wanted != Deployment.NO_EPOCH) {
      line.put("epoch", wanted);
    }
    line.put("rows", report.rows())
        .put("registered", report.registered())
        .put("unchanged", report.unchanged())
        .put("deleted", report.deleted())
        .put("superseded", report.superseded())
        .put("rejected", report.rejected())
        .put("rejects", rejects == null ? null : rejects.toString())
        .put("seconds", seconds);
    out.println(line.encode());
    out.flush();
  }

  private String sentence(Report report, double seconds) {
    StringBuilder text = new StringBuilder();
    text.append(
        String.format(
            Locale.ROOT,
            "%,d %s in %.1f s: %,d %s, %,d %s",
            report.rows(),
            report.rows() == 1 ? "row" : "rows",
            seconds,
            delete ? report.deleted() : report.registered(),
            delete ? "unregistered" : "registered or changed",
            report.unchanged(),
            delete ? "were not registered" : "unchanged"));
    if (report.superseded() > 0) {
      text.append(
          String.format(
              Locale.ROOT, ", %,d followed by a later row for the same", report.superseded()));
    }
    if (report.rejected() > 0) {
      text.append(
          String.format(
              Locale.ROOT, ", %,d rejected: see %s", report.rejected(), report.rejects()));
    }
    return text.append('.').toString();
  }
}
