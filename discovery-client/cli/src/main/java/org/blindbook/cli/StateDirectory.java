package org.blindbook.cli;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Path;
import java.security.SecureRandom;
import org.blindbook.client.state.FileStateStore;
import org.blindbook.client.state.StateInUseException;
import org.blindbook.client.state.StateKeyFile;

/**
 * What {@code --state DIR} names: a state, and the key it is encrypted with, in a file beside it.
 */
final class StateDirectory implements AutoCloseable {
  private final FileStateStore store;
  private final byte[] key;

  private StateDirectory(FileStateStore store, byte[] key) {
    this.store = store;
    this.key = key;
  }

  /** Keeps other processes out until it is closed. */
  static StateDirectory open(Path directory) throws CommandException {
    FileStateStore store = store(directory);
    try {
      return new StateDirectory(store, key(directory));
    } catch (CommandException e) {
      close(store);
      throw e;
    }
  }

  private static FileStateStore store(Path directory) throws CommandException {
    try {
      return FileStateStore.open(directory);
    } catch (StateInUseException e) {
      throw new CommandException(
          Main.EXIT_NOT_NOW,
          "Another blindbook uses this state directory: wait until it ends, or use another one.");
    } catch (AccessDeniedException e) {
      throw new CommandException(
          Main.EXIT_CANNOT_RUN, "The state directory cannot be written: check its permissions.");
    } catch (IOException e) {
      throw new CommandException(
          Main.EXIT_CANNOT_RUN,
          "The state directory cannot be used: check that it is a directory that you may write to,"
              + " and the free space.");
    }
  }

  private static byte[] key(Path directory) throws CommandException {
    Path absolute = directory.toAbsolutePath().normalize();
    if (absolute.getFileName() == null) {
      throw new CommandException(
          Main.EXIT_CANNOT_RUN, "The state directory cannot be the root of the file system.");
    }
    try {
      return StateKeyFile.readOrCreate(
          absolute.resolveSibling(absolute.getFileName() + ".key"), new SecureRandom());
    } catch (AccessDeniedException e) {
      throw new CommandException(
          Main.EXIT_CANNOT_RUN,
          "The key beside the state directory cannot be read: check its permissions.");
    } catch (IOException e) {
      throw new CommandException(Main.EXIT_CANNOT_RUN, String.valueOf(e.getMessage()));
    }
  }

  FileStateStore store() {
    return store;
  }

  byte[] key() {
    return key;
  }

  @Override
  public void close() {
    close(store);
  }

  private static void close(FileStateStore store) {
    try {
      store.close();
    } catch (IOException e) {
      // Nothing is in flight: all that is lost is a lock, which ends with the process anyway.
    }
  }
}
