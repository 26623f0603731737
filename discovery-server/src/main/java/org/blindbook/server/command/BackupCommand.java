package org.blindbook.server.command;

import io.vertx.core.json.JsonObject;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.blindbook.server.installation.DataDirectory;
import org.blindbook.server.installation.OperatorException;
import org.blindbook.server.recovery.Backup;
import org.blindbook.server.recovery.BackupManifest;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
    name = "backup",
    description = {
      "Copies a data directory into a new folder, while a server runs and others load, or not:"
          + " stores, ledgers and keys. Whatever was acknowledged before it began is in it.",
      "",
      "It holds keys and the list of your users: keep it as secret as the data directory. Snapshots"
          + " are not in it, because they are made anew from the store.",
      ""
    },
    footer = {
      "",
      "Examples:",
      "  blindbook backup --data-dir /var/lib/blindbook /backups/blindbook-2026-11-28",
      "  blindbook backup --data-dir DIR --json TARGET >report.json",
      "  blindbook check --backup TARGET        whether it still is what was made",
      "  blindbook restore --data-dir DIR TARGET",
      "",
      "Exit codes: 0 the backup is complete and on disk, 2 there is none: wrong usage or"
          + " environment."
    })
final class BackupCommand implements Callable<Integer> {
  @Option(
      names = "--data-dir",
      required = true,
      paramLabel = "DIR",
      description = "the installation's directory")
  Path dataDirectory = Path.of("");

  @Parameters(
      paramLabel = "TARGET",
      description = "the folder to make, which does not exist; mode 0700")
  Path target = Path.of("");

  @Option(names = "--json", description = "print what was backed up as JSON instead of a sentence")
  boolean json;

  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it
  CommandSpec spec;

  private final InstantSource clock;

  BackupCommand(InstantSource clock) {
    this.clock = clock;
  }

  @Override
  public Integer call() throws OperatorException {
    BackupManifest made;
    try (RecoveryProgress progress = new RecoveryProgress()) {
      made = Backup.make(DataDirectory.existing(dataDirectory), target, clock, progress);
    }
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      out.println(
          new JsonObject()
              .put("backup", target.toString())
              .put("made", made.made().toString())
              .put("files", made.files().size())
              .put("bytes", made.bytes())
              .put("registered", made.stores().stream().map(s -> s.registered()).toList())
              .encode());
    } else {
      out.println(
          String.format(
              Locale.ROOT,
              "Backed up %s to %s: %d files, %,d bytes, %s. Keep it as secret as the directory.",
              dataDirectory,
              target,
              made.files().size(),
              made.bytes(),
              registered(made)));
    }
    out.flush();
    return ExitCode.OK;
  }

  /** How many, by epoch if there are several. */
  static String registered(BackupManifest made) {
    return switch (made.stores().size()) {
      case 0 -> "no registrations, which are not in this directory";
      case 1 -> String.format(Locale.ROOT, "%,d registered", made.stores().getFirst().registered());
      default ->
          made.stores().stream()
              .map(
                  store ->
                      String.format(
                          Locale.ROOT,
                          "%,d registered in epoch %d",
                          store.registered(),
                          store.epoch()))
              .collect(Collectors.joining(", "));
    };
  }
}
