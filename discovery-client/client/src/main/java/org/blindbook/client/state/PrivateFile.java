package org.blindbook.client.state;

import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;
import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/** A file that its owner alone may read and that is replaced as a whole. */
final class PrivateFile {
  private PrivateFile() {}

  /**
   * @param scratch in the same directory; what it holds is lost
   */
  static void replace(Path file, Path scratch, byte[] content) throws IOException {
    // A left-over file may have another owner's permissions; a created one has these.
    Files.deleteIfExists(scratch);
    Set<OpenOption> options = Set.of(CREATE_NEW, WRITE);
    try (FileChannel out = FileChannel.open(scratch, options, permissions(file, "rw-------"))) {
      ByteBuffer bytes = ByteBuffer.wrap(content);
      while (bytes.hasRemaining()) {
        out.write(bytes);
      }
      out.force(true);
    }
    Files.move(scratch, file, ATOMIC_MOVE);
    if (isPosix(file)) {
      // Makes the rename itself durable. Elsewhere a directory cannot be opened, nor need it be.
      try (FileChannel names = FileChannel.open(file.toAbsolutePath().getParent(), READ)) {
        names.force(true);
      }
    }
  }

  static boolean isPosix(Path path) {
    return path.getFileSystem().supportedFileAttributeViews().contains("posix");
  }

  /** None where the file system has no POSIX permissions. */
  static FileAttribute<?>[] permissions(Path path, String permissions) {
    return isPosix(path)
        ? new FileAttribute<?>[] {
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions))
        }
        : new FileAttribute<?>[0];
  }
}
