package org.blindbook.server.command;

import io.vertx.core.json.JsonObject;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.blindbook.server.installation.DataDirectory;
import org.blindbook.server.installation.Deployment;
import org.blindbook.server.installation.DeploymentFile;
import org.blindbook.server.installation.OperatorException;
import org.blindbook.server.installation.RegistrationStores;
import org.blindbook.server.registrations.BulkLoad;
import org.blindbook.server.registrations.InputSource;
import org.blindbook.server.registrations.LoadException;
import org.blindbook.server.registrations.LookupKeys;
import org.blindbook.server.registrations.Operation;
import org.blindbook.server.registrations.RegistrationStore;
import org.blindbook.server.registrations.ReplaceConsent;
import org.blindbook.server.registrations.StoreException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
    name = "unregister",
    description = {
      "Unregisters a user, or some.",
      "",
      "Reads phone numbers in international form (+...) and e-mail addresses, one in each line,"
          + " from standard input or a file, never from its arguments: those are shown to other"
          + " users of the machine, and kept by shells. In mode blinded, of every live epoch. A"
          + " running server follows at once. Many at a time: blindbook load --delete.",
      ""
    },
    footer = {
      "",
      "Examples:",
      "  blindbook unregister --data-dir DIR                       and type a line, then Ctrl-D",
      "  blindbook unregister --data-dir DIR --identifier-file gone.txt",
      "  app-backend list-gone | blindbook unregister --data-dir DIR --json",
      "",
      "Exit codes: 0 none of them is registered any more, 3 some lines were rejected, 2 wrong usage"
          + " or environment."
    })
final class UnregisterCommand implements Callable<Integer> {
  /** Tens of thousands of identifiers. */
  private static final int MAX_TYPED_BYTES = 1_000_000;

  @Option(
      names = "--data-dir",
      required = true,
      paramLabel = "DIR",
      description = "the installation's directory")
  Path dataDirectory = Path.of("");

  @Option(
      names = "--identifier-file",
      defaultValue = InputSource.STANDARD_INPUT,
      paramLabel = "FILE",
      description = "the identifiers, one in each line; without it or as -, standard input")
  Path identifiers = Path.of(InputSource.STANDARD_INPUT);

  @Option(
      names = "--rejects",
      paramLabel = "FILE",
      description = "where rejected lines go instead of FILE.rejects.csv")
  @Nullable Path rejects;

  @Mixin EvaluatorOptions evaluator = new EvaluatorOptions();

  @Option(names = "--json", description = "print the counts as JSON instead of a sentence")
  boolean json;

  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it
  CommandSpec spec;

  @Override
  public Integer call() throws OperatorException {
    DataDirectory directory = DataDirectory.existing(dataDirectory);
    Deployment deployment = new DeploymentFile(directory).read();
    deployment.requireUsers();
    byte[] typed = isTyped() ? readTyped() : new byte[0];
    boolean rejected = false;
    for (int epoch : deployment.live()) {
      BulkLoad.Report report =
          unregister(new ByteArrayInputStream(typed), epoch, directory, deployment);
      print(epoch, deployment, report);
      rejected |= report.rejected() > 0;
    }
    return rejected ? ExitCode.REJECTS : ExitCode.OK;
  }

  private boolean isTyped() {
    return identifiers.equals(Path.of(InputSource.STANDARD_INPUT));
  }

  /** Kept, because every live epoch needs it. */
  private static byte[] readTyped() throws OperatorException {
    try {
      byte[] typed = System.in.readNBytes(MAX_TYPED_BYTES + 1);
      if (typed.length > MAX_TYPED_BYTES) {
        throw new OperatorException(
            "Standard input has more than a megabyte of identifiers: put the header identifier"
                + " before them and use blindbook load --delete.");
      }
      return typed;
    } catch (IOException e) {
      throw new OperatorException("Standard input cannot be read: name a file instead.", e);
    }
  }

  private BulkLoad.Report unregister(
      InputStream typed, int epoch, DataDirectory directory, Deployment deployment)
      throws OperatorException {
    try (LookupKeys keys = evaluator.lookupKeys(epoch, directory, deployment);
        RegistrationStore store = RegistrationStores.of(directory).open(epoch)) {
      return BulkLoad.run(
          new BulkLoad.Request(
              InputSource.ofIdentifiers(identifiers, typed),
              Operation.UNREGISTER,
              Optional.ofNullable(rejects),
              false,
              new ReplaceConsent(false, false)),
          store,
          keys,
          (bytes, rows) -> {});
    } catch (LoadException | StoreException e) {
      throw new OperatorException(String.valueOf(e.getMessage()), e);
    }
  }

  private void print(int epoch, Deployment deployment, BulkLoad.Report report) {
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      Path file = report.rejects();
      JsonObject object = new JsonObject();
      if (epoch != Deployment.NO_EPOCH) {
        object.put("epoch", epoch);
      }
      object
          .put("unregistered", report.deleted())
          .put("notRegistered", report.unchanged())
          .put("rejected", report.rejected())
          .put("rejects", file == null ? null : file.toString());
      out.println(object.encode());
    } else {
      String where = deployment.live().size() == 1 ? "" : "Epoch " + epoch + ": ";
      out.println(
          where
              + String.format(
                  Locale.ROOT,
                  "%,d unregistered, %,d were not registered",
                  report.deleted(),
                  report.unchanged())
              + (report.rejected() == 0
                  ? "."
                  : String.format(
                      Locale.ROOT,
                      ", %,d rejected: see %s.",
                      report.rejected(),
                      report.rejects())));
    }
    out.flush();
  }
}
