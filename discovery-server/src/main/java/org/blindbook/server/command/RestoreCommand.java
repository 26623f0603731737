package org.blindbook.server.command;

import io.vertx.core.json.JsonObject;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.concurrent.Callable;
import org.blindbook.server.installation.OperatorException;
import org.blindbook.server.recovery.Restore;
import org.blindbook.server.recovery.Restore.Restored;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
    name = "restore",
    description = {
      "Makes a data directory what it was when a backup was made. Stop the server first. All of it"
          + " or nothing is restored, and no file of before stays in the directory.",
      "",
      "What was registered or unregistered since the backup is not in it: load it again. Ledgers"
          + " are of then, too, so permits spent since are there again.",
      ""
    },
    footer = {
      "",
      "Examples:",
      "  blindbook restore --data-dir /var/lib/blindbook /backups/blindbook-2026-11-28",
      "  blindbook restore --data-dir /var/lib/blindbook --replace BACKUP",
      "                                         keeps the former one as DIR.before-restore-TIME",
      "",
      "Exit codes: 0 restored, 2 nothing has changed: wrong usage, backup or environment."
    })
final class RestoreCommand implements Callable<Integer> {
  @Option(
      names = "--data-dir",
      required = true,
      paramLabel = "DIR",
      description = "the installation's directory; created when missing")
  Path dataDirectory = Path.of("");

  @Parameters(paramLabel = "SOURCE", description = "what blindbook backup made")
  Path source = Path.of("");

  @Option(
      names = "--replace",
      description = "a directory that is not empty, too; it is kept beside the new one")
  boolean replace;

  @Option(names = "--json", description = "print what was restored as JSON instead of sentences")
  boolean json;

  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it
  CommandSpec spec;

  private final InstantSource clock;

  RestoreCommand(InstantSource clock) {
    this.clock = clock;
  }

  @Override
  public Integer call() throws OperatorException {
    Restored restored;
    try (RecoveryProgress progress = new RecoveryProgress()) {
      restored = Restore.run(source, dataDirectory, replace, clock, progress);
    }
    PrintWriter out = spec.commandLine().getOut();
    out.println(json ? json(restored) : sentences(restored));
    out.flush();
    return ExitCode.OK;
  }

  private String json(Restored restored) {
    return new JsonObject()
        .put("restored", dataDirectory.toString())
        .put("made", restored.manifest().made().toString())
        .put("registered", restored.manifest().stores().stream().map(s -> s.registered()).toList())
        .put("before", restored.before().map(Path::toString).orElse(null))
        .encode();
  }

  private String sentences(Restored restored) {
    return "Restored "
        + dataDirectory
        + " to what it was at "
        + restored.manifest().made()
        + ": "
        + BackupCommand.registered(restored.manifest())
        + ". What was registered or unregistered since then is not in it: load it again. Ledgers"
        + " are of then: permits spent since are there again. The first start reads the whole"
        + " store."
        + restored
            .before()
            .map(before -> " The former directory is " + before + ": delete it when all is well.")
            .orElse("");
  }
}
