package org.blindbook.server.inspection;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.blindbook.server.installation.DataDirectory;
import org.blindbook.server.installation.Deployment;

/** Files that nothing needs: of writers that were killed, and of epochs that are over. */
final class LeftOvers {
  private static final Pattern OF_EPOCH =
      Pattern.compile("(?:registrations|evaluator|snapshot)-([0-9]{1,9})\\..*");
  private static final String LOG = ".db-wal";
  private static final Pattern DRAFT = Pattern.compile("\\..*\\.draft");

  private final Findings findings;
  private final DataDirectory directory;

  LeftOvers(Findings findings, DataDirectory directory) {
    this.findings = findings;
    this.directory = directory;
  }

  /**
   * @param deployment empty when it cannot be read, so that nobody knows what is over
   */
  void look(Optional<Deployment> deployment) throws IOException {
    try (Stream<Path> files = Files.list(directory.root())) {
      for (Path file : files.sorted().toList()) {
        look(file, deployment);
      }
    }
  }

  private void look(Path file, Optional<Deployment> deployment) {
    String name = findings.name(file);
    Matcher epoch = OF_EPOCH.matcher(name);
    if (DRAFT.matcher(name).matches()) {
      findings.note(
          file, "left by a writer that was killed", "Delete it when no command and server runs.");
    } else if (isLogOfNothing(file, name)) {
      findings.problem(
          file,
          "the log of a file that is missing",
          "Restore the file without it: to another file this log is damage.");
    } else if (epoch.matches()
        && deployment.isPresent()
        && !deployment.get().live().contains(Integer.parseInt(epoch.group(1)))) {
      findings.note(
          file, "of an epoch that is over", "Delete it, or start the server, which does.");
    }
  }

  private static boolean isLogOfNothing(Path file, String name) {
    if (!name.endsWith(LOG)) {
      return false;
    }
    Path owner = file.resolveSibling(name.substring(0, name.length() - "-wal".length()));
    return !Files.exists(owner);
  }
}
