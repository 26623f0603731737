package org.blindbook.server.inspection;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.blindbook.server.installation.DataDirectory;
import org.blindbook.server.installation.OperatorException;
import org.blindbook.server.recovery.BackupFolder;
import org.blindbook.server.recovery.BackupFolder.Disagreement;
import org.blindbook.server.recovery.Progress;

/** Looks at a backup: whether it is what was made, and what a server can be started with. */
public final class BackupInspection {
  private BackupInspection() {}

  /**
   * Looks, and changes nothing.
   *
   * @param full as for a data directory
   * @throws OperatorException when it is no backup, or cannot be read
   */
  public static List<Finding> of(Path path, boolean full, Progress progress)
      throws OperatorException {
    try {
      List<Disagreement> disagreements = BackupFolder.open(path).disagreements(progress);
      List<Finding> found =
          disagreements.stream()
              .map(d -> Finding.problem(d.name(), d.what(), "Use another backup."))
              .collect(Collectors.toCollection(ArrayList::new));
      Set<String> named =
          disagreements.stream().map(Disagreement::name).collect(Collectors.toSet());
      DirectoryInspection.of(DataDirectory.existing(path), full).stream()
          .filter(finding -> !named.contains(finding.file()))
          .forEach(found::add);
      return found;
    } catch (IOException e) {
      throw new OperatorException(
          "The backup " + path + " cannot be read: check its owner, permissions and disk.", e);
    }
  }
}
