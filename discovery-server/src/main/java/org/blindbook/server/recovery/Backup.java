package org.blindbook.server.recovery;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import org.apache.commons.codec.digest.DigestUtils;
import org.blindbook.server.installation.DataDirectory;
import org.blindbook.server.installation.Deployment;
import org.blindbook.server.installation.DeploymentFile;
import org.blindbook.server.installation.OperatorException;
import org.blindbook.server.registrations.RegistrationStore;
import org.blindbook.server.registrations.StoreException;
import org.blindbook.server.sqlite.SqliteCopy;
import org.blindbook.server.sqlite.SqliteFile;
import org.blindbook.server.sqlite.SqliteView;
import org.jspecify.annotations.Nullable;

/**
 * Copies what cannot be made again of a data directory into a new folder, while a server runs or
 * not: every registration and every ledger that was acknowledged before it began.
 */
public final class Backup {
  /** Secrets that are being changed are as they were within this time. */
  private static final int QUIET_MILLIS = 100;

  /** A change takes three seconds at most; this waits for longer. */
  private static final int ATTEMPTS = 100;

  private final DataDirectory directory;
  private final Path target;
  private final Progress progress;
  private final List<BackupManifest.Entry> entries = new ArrayList<>();

  private Backup(DataDirectory directory, Path target, Progress progress) {
    this.directory = directory;
    this.target = target;
    this.progress = progress;
  }

  /**
   * Makes one.
   *
   * @param target a folder that does not exist; it appears under this name when it is complete
   * @throws OperatorException when there is no complete backup; then nothing is left of it
   */
  public static BackupManifest make(
      DataDirectory directory, Path target, InstantSource clock, Progress progress)
      throws OperatorException {
    return new Backup(directory, target, progress)
        .run(clock.instant().truncatedTo(ChronoUnit.SECONDS));
  }

  private BackupManifest run(Instant made) throws OperatorException {
    requireNew();
    Deployment deployment = new DeploymentFile(directory).read();
    BackedUpFiles files = new BackedUpFiles(directory, deployment);
    try (FolderDraft draft = FolderDraft.beside(target)) {
      List<BackupManifest.Store> stores = new ArrayList<>();
      for (Map.Entry<Integer, Path> store : files.stores().entrySet()) {
        requireThere(store.getValue());
        Path copy = copy(store.getValue(), draft, files);
        stores.add(look(store.getKey(), copy));
      }
      if (Files.exists(directory.ledgers())) {
        Path copy = copy(directory.ledgers(), draft, files);
        requireWhole(copy, directory.ledgers());
        digest(copy, directory.ledgers().getFileName().toString());
      }
      copySmall(files, deployment, draft);
      BackupManifest manifest = new BackupManifest(made, stores, List.copyOf(entries));
      write(draft, BackupManifest.NAME, manifest.encode());
      requireNew();
      draft.becomeTarget();
      return manifest;
    } catch (IOException e) {
      throw notWritable(e);
    }
  }

  private void requireNew() throws OperatorException {
    if (Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
      throw new OperatorException(
          target + " exists already: name a folder that does not, one for each backup.");
    }
    Path parent = target.toAbsolutePath().normalize().getParent();
    if (parent == null || !Files.isDirectory(parent)) {
      throw new OperatorException(
          "The folder that " + target + " would be in does not exist: create it first.");
    }
  }

  private static void requireThere(Path store) throws OperatorException {
    if (!Files.exists(store)) {
      throw new OperatorException(
          "The store "
              + store
              + " is missing, so there is nothing whole to back up: blindbook check says more.");
    }
  }

  private OperatorException notWritable(IOException cause) {
    return new OperatorException(
        "The backup cannot be written to "
            + target
            + ", or the data directory not be read: check space, owner and permissions.",
        cause);
  }

  private Path copy(Path file, FolderDraft draft, BackedUpFiles files)
      throws OperatorException, IOException {
    Path copy = draft.place(files.name(file));
    progress.begin("Copying " + files.name(file), Files.size(file));
    try {
      SqliteCopy.make(file, copy, progress::at);
      return copy;
    } catch (SQLException e) {
      throw new OperatorException(
          SqliteFile.sentence(
              "The file " + file + ", or its copy in " + target + ",",
              e,
              " is damaged: restore it from an earlier backup; blindbook check says more."),
          e);
    }
  }

  private BackupManifest.Store look(int epoch, Path copy) throws OperatorException, IOException {
    Path original = directory.registrations(epoch);
    requireWhole(copy, original);
    try (SqliteView view = SqliteView.withoutLog(copy);
        RegistrationStore store = RegistrationStore.sqliteReading(original, view.connection())) {
      digest(copy, original.getFileName().toString());
      return new BackupManifest.Store(epoch, store.registered(), store.head());
    } catch (SQLException e) {
      throw damaged(original, e);
    } catch (StoreException e) {
      throw new OperatorException(String.valueOf(e.getMessage()), e);
    }
  }

  private void requireWhole(Path copy, Path original) throws OperatorException {
    progress.begin("Verifying " + original.getFileName(), 0);
    try (SqliteView view = SqliteView.withoutLog(copy)) {
      if (!SqliteFile.isWhole(view.connection(), true)) {
        throw damaged(original, null);
      }
    } catch (SQLException e) {
      throw damaged(original, e);
    }
  }

  private static OperatorException damaged(Path original, @Nullable SQLException cause) {
    return new OperatorException(
        "The file "
            + original
            + " is damaged, so its copy is as well: restore it from an earlier backup; blindbook"
            + " check says more.",
        cause);
  }

  private void digest(Path copy, String name) throws IOException {
    long bytes = Files.size(copy);
    progress.begin("Reading " + name, bytes);
    entries.add(new BackupManifest.Entry(name, bytes, FileDigest.of(copy, progress::at)));
  }

  /** After the stores: whatever they hold was made with keys that are there by now. */
  private void copySmall(BackedUpFiles files, Deployment deployment, FolderDraft draft)
      throws OperatorException, IOException {
    SortedMap<String, byte[]> contents = quietly(files);
    try {
      for (Map.Entry<String, byte[]> file : contents.entrySet()) {
        write(draft, file.getKey(), file.getValue());
        entries.add(
            new BackupManifest.Entry(
                file.getKey(), file.getValue().length, DigestUtils.sha256Hex(file.getValue())));
      }
    } finally {
      BackedUpFiles.wipe(contents);
    }
    if (!new DeploymentFile(directory).read().equals(deployment)) {
      throw new OperatorException(
          "The epochs were changed while the backup was made: make it again.");
    }
  }

  /** The small files at a moment when none of them is being changed. */
  private static SortedMap<String, byte[]> quietly(BackedUpFiles files)
      throws OperatorException, IOException {
    SortedMap<String, byte[]> before = files.readSmall();
    try {
      for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
        Thread.sleep(QUIET_MILLIS);
        SortedMap<String, byte[]> now = files.readSmall();
        boolean quiet = BackedUpFiles.areEqual(before, now);
        BackedUpFiles.wipe(before);
        if (quiet) {
          return now;
        }
        before = now;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    throw new OperatorException(
        "The keys or epochs are being changed all the time: make the backup again when that is"
            + " done.");
  }

  private static void write(FolderDraft draft, String name, byte[] content) throws IOException {
    try (FileChannel channel = draft.create(name)) {
      ByteBuffer bytes = ByteBuffer.wrap(content);
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      channel.force(true);
    }
  }
}
