package org.blindbook.server.command;

import io.vertx.core.json.JsonObject;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.blindbook.server.installation.DataDirectory;
import org.blindbook.server.installation.Deployment;
import org.blindbook.server.installation.DeploymentFile;
import org.blindbook.server.installation.OperatorException;
import org.blindbook.server.installation.RegistrationStores;
import org.blindbook.server.registrations.Compaction;
import org.blindbook.server.registrations.RegistrationStore;
import org.blindbook.server.registrations.StoreException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
    name = "compact",
    description = {
      "Removes the rows of those who were unregistered long ago, of every live epoch.",
      "",
      "A server does so by itself once a day. Servers and loads go on meanwhile. A server, or a"
          + " snapshot, that is further behind than the age reads the whole store again, which"
          + " costs time only.",
      ""
    },
    footer = {
      "",
      "Examples:",
      "  blindbook compact --data-dir /var/lib/blindbook",
      "  blindbook compact --data-dir /var/lib/blindbook --older-than 1d --json",
      "",
      "Exit codes: 0 done, 2 wrong usage or environment."
    })
final class CompactCommand implements Callable<Integer> {
  @Option(
      names = "--data-dir",
      required = true,
      paramLabel = "DIR",
      description = "the installation's directory")
  Path dataDirectory = Path.of("");

  @Option(
      names = "--older-than",
      defaultValue = "30d",
      paramLabel = "DAYS",
      description = "who was unregistered so long ago, 1d to 366d (default: ${DEFAULT-VALUE})")
  String olderThan = "";

  @Option(names = "--json", description = "print an object for each live epoch, one a line")
  boolean json;

  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it
  CommandSpec spec;

  private final InstantSource clock;

  CompactCommand(InstantSource clock) {
    this.clock = clock;
  }

  @Override
  public Integer call() throws OperatorException, InterruptedException {
    Duration age = age();
    DataDirectory directory = DataDirectory.existing(dataDirectory);
    Deployment deployment = new DeploymentFile(directory).read();
    deployment.requireUsers();
    RegistrationStores stores = RegistrationStores.of(directory);
    PrintWriter out = spec.commandLine().getOut();
    for (int epoch : deployment.live()) {
      long start = System.nanoTime();
      Compaction.Report report = compact(stores, epoch, age);
      double seconds = (System.nanoTime() - start) / 1e9;
      out.println(
          json
              ? json(epoch, report, seconds)
              : (deployment.live().size() == 1 ? "" : "Epoch " + epoch + ": ")
                  + sentence(report, seconds));
      out.flush();
    }
    return ExitCode.OK;
  }

  private Duration age() throws OperatorException {
    if (olderThan.matches("[1-9][0-9]{0,2}d")) {
      Duration age =
          Duration.ofDays(Long.parseLong(olderThan.substring(0, olderThan.length() - 1)));
      if (age.compareTo(Compaction.MOST_AGE) <= 0) {
        return age;
      }
    }
    throw new OperatorException("--older-than takes a number of days from 1d to 366d.");
  }

  private Compaction.Report compact(RegistrationStores stores, int epoch, Duration age)
      throws OperatorException, InterruptedException {
    try (RegistrationStore store = stores.open(epoch);
        LoadBar bar = LoadBar.compacting()) {
      return Compaction.run(store, clock, age, rows -> bar.reached(0, rows));
    } catch (StoreException e) {
      throw new OperatorException(String.valueOf(e.getMessage()), e);
    }
  }

  private static String json(int epoch, Compaction.Report report, double seconds) {
    JsonObject object = new JsonObject();
    if (epoch != Deployment.NO_EPOCH) {
      object.put("epoch", epoch);
    }
    return object
        .put("removed", report.removed())
        .put("unregisteredBefore", report.before().map(Instant::toString).orElse(null))
        .put("agesKnownSince", report.known().toString())
        .put("seconds", Math.round(seconds * 1000) / 1000.0)
        .encode();
  }

  private static String sentence(Compaction.Report report, double seconds) {
    return report
        .before()
        .map(
            before ->
                String.format(
                    Locale.ROOT,
                    "%,d rows removed, of who was unregistered before %s, in %.1f s.",
                    report.removed(),
                    before,
                    seconds))
        .orElseGet(
            () ->
                "Nothing removed: how old changes are is known since "
                    + report.known()
                    + " only. Come back when that is long enough ago, or name fewer days.");
  }
}
