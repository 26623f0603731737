package org.blindbook.server.command;

import io.vertx.core.json.JsonObject;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.blindbook.server.installation.DataDirectory;
import org.blindbook.server.installation.Deployment;
import org.blindbook.server.installation.DeploymentFile;
import org.blindbook.server.installation.OperatorException;
import org.blindbook.server.installation.RegistrationStores;
import org.blindbook.server.registrations.RegistrationStore;
import org.blindbook.server.registrations.StoreException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
    name = "stats",
    description = {
      "Says how many users are registered, and how far the store is.",
      "",
      "UNREGISTERED are those who were registered and keep a row that says so, for 30 days or until"
          + " blindbook compact. SEQUENCE is the number of the last change. A server may be"
          + " running. Counting takes a second for ten million users.",
      ""
    },
    footer = {
      "",
      "Examples:",
      "  blindbook stats --data-dir /var/lib/blindbook",
      "  blindbook stats --data-dir /var/lib/blindbook --json",
      "",
      "Exit codes: 0 done, 2 wrong usage or environment."
    })
final class StatsCommand implements Callable<Integer> {
  @Option(
      names = "--data-dir",
      required = true,
      paramLabel = "DIR",
      description = "the installation's directory")
  Path dataDirectory = Path.of("");

  @Option(names = "--json", description = "print an object for each live epoch, one a line")
  boolean json;

  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it
  CommandSpec spec;

  private record Counts(long registered, long unregistered, long sequence) {}

  @Override
  public Integer call() throws OperatorException {
    DataDirectory directory = DataDirectory.existing(dataDirectory);
    Deployment deployment = new DeploymentFile(directory).read();
    deployment.requireUsers();
    RegistrationStores stores = RegistrationStores.of(directory);
    PrintWriter out = spec.commandLine().getOut();
    if (!json) {
      out.printf(
          "%-6s %-8s %14s %14s %14s%n", "EPOCH", "STATE", "REGISTERED", "UNREGISTERED", "SEQUENCE");
    }
    for (int epoch : deployment.live()) {
      Counts counts = count(stores, epoch);
      boolean serving = epoch == deployment.serving();
      out.println(json ? json(epoch, serving, counts) : line(epoch, serving, counts));
    }
    out.flush();
    return ExitCode.OK;
  }

  private static Counts count(RegistrationStores stores, int epoch) throws OperatorException {
    try (RegistrationStore store = stores.open(epoch)) {
      return new Counts(store.registered(), store.unregistered(), store.head());
    } catch (StoreException e) {
      throw new OperatorException(String.valueOf(e.getMessage()), e);
    }
  }

  private static String json(int epoch, boolean serving, Counts counts) {
    JsonObject object = new JsonObject();
    if (epoch != Deployment.NO_EPOCH) {
      object.put("epoch", epoch);
    }
    return object
        .put("serving", serving)
        .put("registered", counts.registered)
        .put("unregistered", counts.unregistered)
        .put("sequence", counts.sequence)
        .encode();
  }

  private static String line(int epoch, boolean serving, Counts counts) {
    return String.format(
        Locale.ROOT,
        "%-6s %-8s %,14d %,14d %,14d",
        epoch == Deployment.NO_EPOCH ? "-" : epoch,
        serving ? "serving" : "live",
        counts.registered,
        counts.unregistered,
        counts.sequence);
  }
}
