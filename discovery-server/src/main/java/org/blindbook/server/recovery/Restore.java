package org.blindbook.server.recovery;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.blindbook.edge.files.TemporaryFolder;
import org.blindbook.server.installation.DataDirectory;
import org.blindbook.server.installation.OperatorException;
import org.blindbook.server.installation.ServeLock;
import org.blindbook.server.recovery.BackupFolder.Disagreement;
import org.blindbook.server.sqlite.SqliteFile;

/**
 * Makes a data directory what it was when a backup was made: with what the backup holds and nothing
 * else. All of it or nothing: it is put together beside the directory, and takes its place then.
 */
public final class Restore {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);

  private final BackupFolder backup;
  private final Path target;
  private final Progress progress;

  private Restore(BackupFolder backup, Path target, Progress progress) {
    this.backup = backup;
    this.target = target;
    this.progress = progress;
  }

  /**
   * @param manifest of the backup
   * @param before where the former directory is now; empty when there was none
   */
  public record Restored(BackupManifest manifest, Optional<Path> before) {}

  /**
   * Restores one.
   *
   * @param root the data directory; made when it is missing
   * @param replace whether a directory that is not empty is replaced, and kept under another name
   * @throws OperatorException when nothing was restored; then everything is as it was
   */
  public static Restored run(
      Path source, Path root, boolean replace, InstantSource clock, Progress progress)
      throws OperatorException {
    BackupFolder backup = BackupFolder.open(source);
    try {
      Path target = Files.exists(root) ? root.toRealPath() : root.toAbsolutePath().normalize();
      String now = TIME.format(clock.instant());
      return new Restore(backup, target, progress).into(replace, now);
    } catch (IOException e) {
      throw failed(root, e);
    }
  }

  private static OperatorException failed(Path root, IOException cause) {
    return new OperatorException(
        "The data directory "
            + root
            + " cannot be put together beside itself and renamed: check the space, owner and"
            + " permissions of the folder it is in; where it is a mount point, restore into a new"
            + " folder within it.",
        cause);
  }

  private Restored into(boolean replace, String now) throws OperatorException, IOException {
    if (!Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
      requireParent();
      try (FolderDraft draft = filled()) {
        draft.becomeTarget();
      }
      return new Restored(backup.manifest(), Optional.empty());
    }
    DataDirectory directory = DataDirectory.open(target);
    try (ServeLock lock = ServeLock.acquire(directory)) {
      boolean empty = isEmpty(directory);
      if (!empty && !replace) {
        throw new OperatorException(
            "The data directory "
                + target
                + " is not empty: name another, or say --replace, which keeps it under another"
                + " name.");
      }
      requireNobodyWrites();
      Path before = aside(now);
      try (FolderDraft draft = filled()) {
        requireSameOwner(draft);
        draft.replaceTarget(before);
      }
      if (empty) {
        new TemporaryFolder(before).delete();
      }
      return new Restored(backup.manifest(), empty ? Optional.empty() : Optional.of(before));
    }
  }

  /** A name that nobody has; nobody else restores meanwhile. */
  private Path aside(String now) {
    String name = target.getFileName() + ".before-restore-" + now;
    Path free = target.resolveSibling(name);
    for (int more = 2; Files.exists(free, LinkOption.NOFOLLOW_LINKS); more++) {
      free = target.resolveSibling(name + "-" + more);
    }
    return free;
  }

  private void requireParent() throws OperatorException {
    Path parent = target.getParent();
    if (parent == null || !Files.isDirectory(parent)) {
      throw new OperatorException(
          "The folder that " + target + " would be in does not exist: create it first.");
    }
  }

  /** Locks alone are left by commands that looked whether a server runs. */
  private boolean isEmpty(DataDirectory directory) throws IOException {
    Set<Path> locks = Set.of(directory.serveLock(), directory.deploymentLock());
    try (Stream<Path> files = Files.list(target)) {
      return files.allMatch(locks::contains);
    }
  }

  /** A load that runs without a server would go on in the directory that is put aside. */
  private void requireNobodyWrites() throws OperatorException, IOException {
    try (Stream<Path> files = Files.list(target)) {
      for (Path file : files.filter(f -> f.toString().endsWith(".db")).toList()) {
        if (SqliteFile.isInUse(file)) {
          throw new OperatorException(
              "The file " + file + " is in use: wait until the command that uses it is done.");
        }
      }
    }
  }

  private void requireSameOwner(FolderDraft draft) throws OperatorException, IOException {
    if (!Files.getOwner(draft.path()).equals(Files.getOwner(target))) {
      throw new OperatorException(
          "The data directory "
              + target
              + " belongs to another user, who could not read what is restored: run this command"
              + " as that user.");
    }
  }

  /** Everything that the backup holds, compared with the manifest as it is copied. */
  private FolderDraft filled() throws OperatorException, IOException {
    List<Disagreement> unknown = backup.unknownFiles();
    if (!unknown.isEmpty()) {
      throw disagrees(unknown.getFirst());
    }
    FolderDraft draft = FolderDraft.beside(target);
    try {
      for (BackupManifest.Entry entry : backup.manifest().files()) {
        copy(entry, draft);
      }
      return draft;
    } catch (OperatorException | IOException | RuntimeException e) {
      draft.close();
      throw e;
    }
  }

  private void copy(BackupManifest.Entry entry, FolderDraft draft)
      throws OperatorException, IOException {
    Path file = backup.path().resolve(entry.name());
    if (!Files.isReadable(file) || !Files.isRegularFile(file)) {
      throw disagrees(new Disagreement(entry.name(), "is missing or cannot be read"));
    }
    progress.begin("Restoring " + entry.name(), entry.bytes());
    try (FileChannel copy = draft.create(entry.name())) {
      String digest = FileDigest.copying(file, copy, progress::at);
      if (!digest.equals(entry.sha256())) {
        throw disagrees(new Disagreement(entry.name(), "is not what it was when it was made"));
      }
    }
  }

  private OperatorException disagrees(Disagreement disagreement) {
    return new OperatorException(
        "Nothing was restored, because in the backup "
            + backup.path()
            + " the file "
            + disagreement.name()
            + " "
            + disagreement.what()
            + ": use another backup.");
  }
}
