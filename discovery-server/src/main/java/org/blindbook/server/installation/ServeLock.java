package org.blindbook.server.installation;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.util.Optional;
import org.blindbook.edge.files.WholeFile;

/**
 * Held while a server runs on a data directory, until closed or the process ends, however it ends.
 */
public final class ServeLock implements AutoCloseable {
  /** Commands that look whether a server runs hold the lock for a moment, too. */
  private static final int ATTEMPTS = 10;

  private static final int TRY_AGAIN_MILLIS = 20;

  private final FileChannel channel;

  private ServeLock(FileChannel channel) {
    this.channel = channel;
  }

  /**
   * Claims the directory for one server.
   *
   * @throws OperatorException when another server holds it
   */
  public static ServeLock acquire(DataDirectory directory) throws OperatorException {
    try {
      for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
        Optional<ServeLock> lock = tryAcquire(directory);
        if (lock.isPresent()) {
          return lock.get();
        }
        Thread.sleep(TRY_AGAIN_MILLIS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    throw new OperatorException(
        "Another server is running on "
            + directory
            + ": stop it first, or choose another directory with --data-dir.");
  }

  /** Empty while a server runs on the directory. */
  public static Optional<ServeLock> tryAcquire(DataDirectory directory) throws OperatorException {
    FileChannel channel;
    try {
      channel = WholeFile.openLock(directory.serveLock());
    } catch (IOException e) {
      throw directory.notWritable(e);
    }
    try {
      if (channel.tryLock() != null) {
        return Optional.of(new ServeLock(channel));
      }
    } catch (OverlappingFileLockException e) {
      // Held by this very process: the same answer.
    } catch (IOException e) {
      closeQuietly(channel);
      throw new OperatorException(
          "The data directory "
              + directory
              + " cannot be locked: its file system has no file locks, choose another.",
          e);
    }
    closeQuietly(channel);
    return Optional.empty();
  }

  /** Whether a server runs on the directory now. */
  static boolean isHeld(DataDirectory directory) throws OperatorException {
    Optional<ServeLock> lock = tryAcquire(directory);
    lock.ifPresent(ServeLock::close);
    return lock.isEmpty();
  }

  private static void closeQuietly(FileChannel channel) {
    try {
      channel.close();
    } catch (IOException e) {
      // Nothing was written to it.
    }
  }

  @Override
  public void close() {
    closeQuietly(channel);
  }
}
