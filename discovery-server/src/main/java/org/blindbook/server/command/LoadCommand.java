package org.blindbook.server.command;

import io.vertx.core.json.JsonObject;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.blindbook.server.installation.DataDirectory;
import org.blindbook.server.installation.Deployment;
import org.blindbook.server.installation.DeploymentFile;
import org.blindbook.server.installation.OperatorException;
import org.blindbook.server.installation.RegistrationStores;
import org.blindbook.server.installation.Rotation;
import org.blindbook.server.registrations.BulkLoad;
import org.blindbook.server.registrations.BulkLoad.Report;
import org.blindbook.server.registrations.InputSource;
import org.blindbook.server.registrations.LoadException;
import org.blindbook.server.registrations.LookupKeys;
import org.blindbook.server.registrations.Operation;
import org.blindbook.server.registrations.RegistrationStore;
import org.blindbook.server.registrations.ReplaceConsent;
import org.blindbook.server.registrations.StoreException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
    name = "load",
    description = {
      "Registers users from a file, or unregisters them.",
      "",
      "The file is CSV in UTF-8 with the header identifier,account_id, or NDJSON with these fields"
          + " in each line; plain, gzip or zstd. An identifier is a phone number in international"
          + " form (+...) or an e-mail address; an account is a UUID. With key instead of"
          + " identifier it holds lookup keys, as blindbook export writes them. A row that cannot"
          + " be loaded goes to FILE.rejects.csv or .ndjson with its line number and the reason,"
          + " and the others are loaded. Of several rows for one identifier the last counts. A"
          + " server may be running meanwhile and finds what was loaded; loading a file twice"
          + " changes nothing.",
      ""
    },
    footer = {
      "",
      "Examples:",
      "  blindbook load --data-dir /var/lib/blindbook --mode truncated users.csv",
      "  blindbook load --data-dir /var/lib/blindbook users.csv",
      "  blindbook load --data-dir /var/lib/blindbook --delete left.csv",
      "  blindbook load --data-dir /var/lib/blindbook --dry-run users.ndjson.gz",
      "  blindbook load --data-dir /var/lib/blindbook --replace everybody.csv.zst",
      "  psql -c \"COPY ... TO STDOUT CSV HEADER\" | blindbook load --data-dir DIR -",
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

  @Parameters(paramLabel = "FILE", description = "the file to load, or - for standard input")
  Path file = Path.of("");

  @Option(
      names = "--mode",
      paramLabel = "MODE",
      description =
          "what a new data directory becomes: truncated keeps hashes, from which phone numbers can"
              + " be found by trying; for blinded start blindbook serve first. Chosen once")
  DeploymentOptions.@Nullable Mode mode;

  @Option(
      names = "--registrations",
      paramLabel = "URL",
      description =
          "the PostgreSQL that a new data directory's registrations are in:"
              + " postgresql://USER@HOST/DATABASE. Chosen once")
  @Nullable String registrations;

  @ArgGroup(exclusive = true, multiplicity = "0..1")
  @Nullable Change change;

  /** Instead of registering. */
  static final class Change {
    @Option(
        names = "--delete",
        description = "unregister every identifier of the file; it needs no account_id then")
    boolean delete;

    @Option(
        names = "--replace",
        description =
            "register whom the file names and unregister everybody else, in one step at the end")
    boolean replace;
  }

  @Option(
      names = "--accept-rejects",
      description =
          "with --replace, go on when rows are rejected, which unregisters whoever they are for")
  boolean acceptRejects;

  @Option(
      names = "--unregister-many",
      description = "with --replace, go on when more than half of all would be unregistered")
  boolean unregisterMany;

  @Option(
      names = "--dry-run",
      description = "read all and say what would happen, but change no registration")
  boolean dryRun;

  @Option(
      names = "--rejects",
      paramLabel = "FILE",
      description = "where rejected rows go instead; replaced if there are any")
  @Nullable Path rejects;

  @Mixin EvaluatorOptions evaluator = new EvaluatorOptions();

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
    RegistrationStores.choose(directory, Optional.ofNullable(registrations));
    DeploymentFile file = new DeploymentFile(directory);
    Deployment deployment = file.readOrChoose(() -> chosen(directory));
    DeploymentOptions asked = new DeploymentOptions();
    asked.mode = mode;
    asked.requireSame(deployment);
    requireSense();
    Collection<Integer> epochs = wantedEpochs(directory, deployment);
    if (epochs.size() > 1 && !source().isRepeatable()) {
      throw new OperatorException(
          "Two epochs are live, and "
              + this.file
              + " can be read once only: load from a file, or name one of them with --epoch.");
    }
    long rejected = 0;
    for (int wanted : epochs) {
      rejected += loadInto(wanted, directory, file.read());
    }
    return rejected == 0 ? ExitCode.OK : ExitCode.REJECTS;
  }

  private void requireSense() throws OperatorException {
    if ((acceptRejects || unregisterMany) && operation() != Operation.REPLACE) {
      throw new OperatorException(
          "--accept-rejects and --unregister-many go with --replace: leave them out, or add it.");
    }
  }

  private Operation operation() {
    if (change == null) {
      return Operation.REGISTER;
    }
    return change.delete ? Operation.UNREGISTER : Operation.REPLACE;
  }

  private InputSource source() {
    return InputSource.of(file, System.in);
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
    InputSource source = source();
    try (LookupKeys keys = evaluator.lookupKeys(wanted, directory, deployment);
        RegistrationStore store = RegistrationStores.of(directory).open(wanted);
        LoadBar bar = LoadBar.over(source.size())) {
      return BulkLoad.run(
          new BulkLoad.Request(
              source,
              operation(),
              Optional.ofNullable(rejects),
              dryRun,
              new ReplaceConsent(acceptRejects, unregisterMany)),
          store,
          keys,
          bar);
    } catch (LoadException | StoreException e) {
      throw new OperatorException(String.valueOf(e.getMessage()), e);
    }
  }

  private void printJson(int wanted, Report report, double seconds, PrintWriter out) {
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
        .put("seconds", seconds)
        .put("dryRun", dryRun);
    out.println(line.encode());
    out.flush();
  }

  private String sentence(Report report, double seconds) {
    boolean delete = operation() == Operation.UNREGISTER;
    StringBuilder text = new StringBuilder();
    if (dryRun) {
      text.append("Nothing was changed; this would happen: ");
    }
    text.append(
        String.format(
            Locale.ROOT,
            "%,d %s in %.1f s: ",
            report.rows(),
            report.rows() == 1 ? "row" : "rows",
            seconds));
    text.append(
        String.format(
            Locale.ROOT,
            delete
                ? "%,d unregistered, %,d were not registered"
                : "%,d registered or changed, %,d unchanged",
            delete ? report.deleted() : report.registered(),
            report.unchanged()));
    if (operation() == Operation.REPLACE) {
      text.append(String.format(Locale.ROOT, ", %,d others unregistered", report.deleted()));
    }
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
