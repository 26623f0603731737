package org.blindbook.server.recovery;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.blindbook.server.installation.OperatorException;

/**
 * A backup that was made, as it is now.
 *
 * @param manifest what it held when it was made
 */
public record BackupFolder(Path path, BackupManifest manifest) {

  /** A file that is not as the manifest says, and how. */
  public record Disagreement(String name, String what) {}

  /**
   * @throws OperatorException when it is no backup, or one of another version
   */
  public static BackupFolder open(Path path) throws OperatorException {
    Path file = path.resolve(BackupManifest.NAME);
    byte[] bytes;
    try (InputStream in = Files.newInputStream(file)) {
      bytes = in.readNBytes(BackupManifest.MAX_BYTES);
    } catch (IOException e) {
      throw new OperatorException(
          path
              + " is no backup that can be read: it has no "
              + BackupManifest.NAME
              + ", or other users' permissions.",
          e);
    }
    BackupManifest manifest =
        BackupManifest.parse(bytes)
            .orElseThrow(
                () ->
                    new OperatorException(
                        BackupManifest.isOfAnotherFormat(bytes)
                            ? "The backup "
                                + path
                                + " was made by another version of Blindbook: use that version."
                            : "The file " + file + " is damaged: use another backup."));
    return new BackupFolder(path, manifest);
  }

  /** Compares every file. */
  public List<Disagreement> disagreements(Progress progress) throws IOException {
    List<Disagreement> found = new ArrayList<>(unknownFiles());
    for (BackupManifest.Entry entry : manifest.files()) {
      Path file = path.resolve(entry.name());
      if (!Files.isRegularFile(file)) {
        found.add(new Disagreement(entry.name(), "is missing"));
      } else if (Files.size(file) != entry.bytes()) {
        found.add(new Disagreement(entry.name(), "has another size than when it was made"));
      } else {
        progress.begin("Reading " + entry.name(), entry.bytes());
        if (!FileDigest.of(file, progress::at).equals(entry.sha256())) {
          found.add(new Disagreement(entry.name(), "is not what it was when it was made"));
        }
      }
    }
    return found;
  }

  /** A log of SQLite's, say, would be taken for part of the file that it lies beside. */
  List<Disagreement> unknownFiles() throws IOException {
    Set<String> known =
        manifest.files().stream().map(BackupManifest.Entry::name).collect(Collectors.toSet());
    Set<String> unknown = new TreeSet<>();
    try (Stream<Path> files = Files.walk(path)) {
      files
          .filter(file -> !Files.isDirectory(file))
          .map(file -> path.relativize(file).toString())
          .filter(name -> !name.equals(BackupManifest.NAME) && !known.contains(name))
          .forEach(unknown::add);
    } catch (UncheckedIOException e) {
      throw e.getCause(); // of the walk
    }
    return unknown.stream()
        .map(name -> new Disagreement(name, "is not part of the backup that was made"))
        .toList();
  }
}
