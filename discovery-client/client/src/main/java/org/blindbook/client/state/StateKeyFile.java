package org.blindbook.client.state;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.SecureRandom;
import org.blindbook.edge.files.Access;
import org.blindbook.edge.files.WholeFile;

/**
 * A key for the stored state in a file that its owner alone may read: for programs on machines that
 * have no better place. It helps where the state is copied and the key is not; keep the two apart
 * in backups.
 */
public final class StateKeyFile {
  private static final int BYTES = 32;

  private StateKeyFile() {}

  /**
   * The key in a file, which is written if missing. One process at a time: hold the lock of the
   * state, a {@link FileStateStore}, around it.
   *
   * @return 32 bytes
   * @throws IOException with a plain sentence when the file cannot be read or written, others may
   *     read it, or it is no key
   */
  public static byte[] readOrCreate(Path file, SecureRandom random) throws IOException {
    try {
      byte[] key = Files.readAllBytes(file);
      if (key.length != BYTES) {
        throw new IOException(
            "The key of the state, "
                + file
                + ", is damaged: restore it, or delete it and the state to start again.");
      }
      if (!Access.OWNER.covers(file)) {
        throw new IOException(
            "The key of the state, " + file + ", can be read by others: chmod 600 it.");
      }
      return key;
    } catch (NoSuchFileException missing) {
      return create(file, random);
    }
  }

  private static byte[] create(Path file, SecureRandom random) throws IOException {
    byte[] key = new byte[BYTES];
    random.nextBytes(key);
    try {
      WholeFile.replace(file, key);
    } catch (IOException e) {
      throw new IOException(
          "The key of the state cannot be written to "
              + file
              + ": check the permissions of its folder and the free space.",
          e);
    }
    return key;
  }
}
