package org.blindbook.server.command;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.blindbook.server.inspection.BackupInspection;
import org.blindbook.server.inspection.DirectoryInspection;
import org.blindbook.server.inspection.Finding;
import org.blindbook.server.inspection.Finding.Result;
import org.blindbook.server.installation.DataDirectory;
import org.blindbook.server.installation.OperatorException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
    name = "check",
    description = {
      "Says whether a data directory, or a backup, is what a server can be started with: every"
          + " file, and what to do about those that are not. Changes nothing, and a server may be"
          + " running.",
      "",
      "Not seen are: a key of the right length with other bytes, another account in a row, and a"
          + " file that was put back as a whole. In a backup all of these are seen.",
      ""
    },
    footer = {
      "",
      "Examples:",
      "  blindbook check --data-dir /var/lib/blindbook",
      "  blindbook check --data-dir /var/lib/blindbook --full --json",
      "  blindbook check --backup /backups/blindbook-2026-11-28",
      "",
      "Exit codes: 0 all is well, 3 there are problems, 2 it could not be checked: wrong usage or"
          + " environment."
    })
final class CheckCommand implements Callable<Integer> {
  @ArgGroup(multiplicity = "1")
  Subject subject = new Subject();

  /** What is checked: one of the two. */
  static final class Subject {
    @Option(
        names = "--data-dir",
        required = true,
        paramLabel = "DIR",
        description = "the installation's directory")
    @Nullable Path dataDirectory;

    @Option(
        names = "--backup",
        required = true,
        paramLabel = "SOURCE",
        description = "what blindbook backup made: every byte is compared")
    @Nullable Path backup;

    Path path() {
      if (dataDirectory != null) {
        return dataDirectory;
      }
      return backup == null ? Path.of("") : backup;
    }
  }

  @Option(
      names = "--full",
      description =
          "compare the tables of SQLite files with their indexes as well: takes twice as" + " long")
  boolean full;

  @Option(names = "--json", description = "print one JSON object instead of a table")
  boolean json;

  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it
  CommandSpec spec;

  @Override
  public Integer call() throws OperatorException {
    List<Finding> findings = look();
    long problems = findings.stream().filter(f -> f.result() == Result.PROBLEM).count();
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      out.println(json(findings, problems).encode());
    } else {
      print(findings, problems, out);
    }
    out.flush();
    return problems == 0 ? ExitCode.OK : ExitCode.PROBLEMS;
  }

  private List<Finding> look() throws OperatorException {
    if (subject.dataDirectory != null) {
      return DirectoryInspection.of(DataDirectory.existing(subject.dataDirectory), full);
    }
    try (RecoveryProgress progress = new RecoveryProgress()) {
      return BackupInspection.of(subject.path(), full, progress);
    }
  }

  private JsonObject json(List<Finding> findings, long problems) {
    JsonArray list = new JsonArray();
    for (Finding finding : findings) {
      JsonObject line =
          new JsonObject()
              .put("file", finding.file())
              .put("result", name(finding.result()))
              .put("what", finding.what());
      list.add(finding.remedy().isEmpty() ? line : line.put("remedy", finding.remedy()));
    }
    return new JsonObject()
        .put("checked", subject.path().toString())
        .put("problems", problems)
        .put("findings", list);
  }

  private static String name(Result result) {
    return result.name().toLowerCase(Locale.ROOT);
  }

  private static void print(List<Finding> findings, long problems, PrintWriter out) {
    int width = findings.stream().mapToInt(f -> f.file().length()).max().orElse(0);
    String row = "%-" + Math.max(width, 4) + "s  %-7s  %s%n";
    out.printf(row, "FILE", "RESULT", "WHAT");
    for (Finding finding : findings) {
      out.printf(row, finding.file(), name(finding.result()), finding.what());
      if (!finding.remedy().isEmpty()) {
        out.printf(row, "", "", finding.remedy());
      }
    }
    out.println(
        problems == 0
            ? "No problem was found."
            : problems + (problems == 1 ? " problem was found." : " problems were found."));
  }
}
