package org.blindbook.client.state;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.security.SecureRandom;
import java.util.EnumSet;
import java.util.Set;

/**
 * A key for the stored state in a file that its owner alone may read: for programs on machines that
 * have no better place. It helps where the state is copied and the key is not; keep the two apart
 * in backups.
 */
public final class StateKeyFile {
  private static final int BYTES = 32;

  private static final Set<PosixFilePermission> OTHERS =
      EnumSet.complementOf(
          EnumSet.of(
              PosixFilePermission.OWNER_READ,
              PosixFilePermission.OWNER_WRITE,
              PosixFilePermission.OWNER_EXECUTE));

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
      if (PrivateFile.isPosix(file) && isOpenToOthers(file)) {
        throw new IOException(
            "The key of the state, " + file + ", can be read by others: chmod 600 it.");
      }
      return key;
    } catch (NoSuchFileException missing) {
      return create(file, random);
    }
  }

  private static boolean isOpenToOthers(Path file) throws IOException {
    return Files.getPosixFilePermissions(file).stream().anyMatch(OTHERS::contains);
  }

  private static byte[] create(Path file, SecureRandom random) throws IOException {
    byte[] key = new byte[BYTES];
    random.nextBytes(key);
    try {
      PrivateFile.replace(file, file.resolveSibling(file.getFileName() + ".new"), key);
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
