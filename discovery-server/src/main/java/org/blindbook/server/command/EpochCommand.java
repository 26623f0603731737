package org.blindbook.server.command;

import io.vertx.core.json.JsonObject;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.blindbook.server.installation.DataDirectory;
import org.blindbook.server.installation.OperatorException;
import org.blindbook.server.installation.Rotation;
import org.blindbook.server.installation.Rotation.Epoch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
    name = "epoch",
    synopsisSubcommandLabel = "COMMAND",
    description = {
      "Changes the evaluator's key of a server in mode blinded, without a gap for anybody.",
      "",
      "A new epoch begins beside the one that serves; all users are loaded into it; clients are"
          + " switched to it; the old one is retired. A server may be running meanwhile and"
          + " follows.",
      ""
    },
    footer = {
      "",
      "Examples:",
      "  blindbook epoch begin --data-dir DIR          the next one, with a key of its own",
      "  blindbook load --data-dir DIR --epoch 2 users.csv",
      "  blindbook epoch list --data-dir DIR",
      "  blindbook epoch switch --data-dir DIR 2       back again: epoch switch 1",
      "  blindbook epoch retire --data-dir DIR 1       deletes its key and its users",
      "",
      "Exit codes: 0 done, 2 wrong usage or environment."
    })
final class EpochCommand {
  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it
  CommandSpec spec;

  /** What every command of epochs is told. */
  static final class Target {
    @Option(
        names = "--data-dir",
        required = true,
        paramLabel = "DIR",
        description = "the installation's directory")
    Path dataDirectory = Path.of("");

    @Option(names = "--json", description = "print the epochs as JSON, one a line")
    boolean json;

    Rotation rotation() throws OperatorException {
      return new Rotation(DataDirectory.open(dataDirectory));
    }
  }

  @Command(description = "Shows the live epochs.")
  int list(@Mixin Target target) throws OperatorException {
    return print(target, target.rotation().list(), "");
  }

  @Command(
      description =
          "Begins the next epoch beside the one that serves. An evaluator makes a new key for it"
              + " and says its public key.")
  int begin(
      @Mixin Target target,
      @Option(
              names = "--evaluator-key",
              paramLabel = "HEX",
              description = "in role lookup: what the evaluator's epoch begin printed")
          @Nullable String evaluatorKey)
      throws OperatorException {
    Rotation rotation = target.rotation();
    rotation.begin(Optional.ofNullable(evaluatorKey));
    List<Epoch> epochs = rotation.list();
    Epoch begun = epochs.getLast();
    return print(
        target,
        epochs,
        "Epoch "
            + begun.number()
            + " has begun. Add its key to every client's policy"
            + (begun.registered().isPresent()
                ? " and load all users with --epoch " + begun.number()
                : "")
            + " before you switch to it.");
  }

  @Command(
      name = "switch",
      description = "Lets another live epoch serve the clients that can use it.")
  int switchTo(
      @Mixin Target target,
      @Parameters(paramLabel = "EPOCH", description = "the one that shall serve") int epoch,
      @Option(names = "--fewer", description = "even if fewer users are registered in it")
          boolean fewer)
      throws OperatorException {
    Rotation rotation = target.rotation();
    rotation.switchTo(epoch, fewer);
    return print(target, rotation.list(), "Epoch " + epoch + " serves.");
  }

  @Command(
      description =
          "Ends a live epoch that does not serve: deletes its users, its snapshot and its key, for"
              + " good.")
  int retire(
      @Mixin Target target,
      @Parameters(paramLabel = "EPOCH", description = "the one that is over") int epoch)
      throws OperatorException {
    Rotation rotation = target.rotation();
    rotation.retire(epoch);
    return print(target, rotation.list(), "Epoch " + epoch + " is over.");
  }

  private int print(Target target, List<Epoch> epochs, String sentence) {
    PrintWriter out = spec.commandLine().getOut();
    if (target.json) {
      epochs.forEach(epoch -> out.println(json(epoch).encode()));
      out.flush();
      return ExitCode.OK;
    }
    if (!sentence.isEmpty()) {
      out.println(sentence);
    }
    out.printf("%-6s %-8s %-6s %12s  %s%n", "EPOCH", "STATE", "READY", "REGISTERED", "KEY");
    for (Epoch epoch : epochs) {
      out.printf(
          "%-6d %-8s %-6s %12s  %s%n",
          epoch.number(),
          epoch.serving() ? "serving" : "live",
          epoch.ready() ? "yes" : "no",
          epoch.registered().map(count -> String.format("%,d", count)).orElse("-"),
          epoch.evaluatorKey().orElse("known once it was served"));
    }
    out.flush();
    return ExitCode.OK;
  }

  private static JsonObject json(Epoch epoch) {
    JsonObject line =
        new JsonObject()
            .put("epoch", epoch.number())
            .put("serving", epoch.serving())
            .put("ready", epoch.ready());
    epoch.registered().ifPresent(count -> line.put("registered", count));
    return line.put("evaluatorKey", epoch.evaluatorKey().orElse(null));
  }
}
