package org.blindbook.client.state;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import org.blindbook.edge.files.Access;
import org.blindbook.edge.files.WholeFile;
import org.jspecify.annotations.Nullable;

/**
 * The state as one file in a directory of its own. The file is readable by its owner only and is
 * replaced by rename, so a crash leaves the old state or the new one. A lock keeps other processes
 * out until {@link #close}.
 */
public final class FileStateStore implements StateStore, Closeable {
  private static final String STATE = "state";
  private static final String LOCK = "lock";

  private final Path directory;
  private final FileChannel lock;

  private FileStateStore(Path directory, FileChannel lock) {
    this.directory = directory;
    this.lock = lock;
  }

  /**
   * Opens the state in a directory, which is created if missing.
   *
   * @throws StateInUseException when another store has it open
   * @throws IOException with a plain sentence, when the directory cannot be written
   */
  public static FileStateStore open(Path directory) throws IOException {
    FileChannel lock;
    try {
      Files.createDirectories(directory, Access.OWNER.ofNewFolder(directory));
      lock = WholeFile.openLock(directory.resolve(LOCK));
    } catch (IOException e) {
      throw new IOException(
          "the state cannot be kept in "
              + directory
              + ": check that it is a directory that you may write to",
          e);
    }
    try {
      if (tryLock(lock) == null) {
        throw new StateInUseException();
      }
      return new FileStateStore(directory, lock);
    } catch (Throwable e) {
      lock.close();
      throw e;
    }
  }

  private static @Nullable FileLock tryLock(FileChannel lock) throws IOException {
    try {
      return lock.tryLock();
    } catch (OverlappingFileLockException heldByThisProcess) {
      return null;
    }
  }

  @Override
  public Optional<byte[]> load() throws IOException {
    try {
      return Optional.of(Files.readAllBytes(directory.resolve(STATE)));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }

  @Override
  public void save(byte[] state) throws IOException {
    WholeFile.replace(directory.resolve(STATE), state);
  }

  /** Lets others open the directory. */
  @Override
  public void close() throws IOException {
    lock.close();
  }
}
