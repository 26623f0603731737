package org.blindbook.server.files;

import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;
import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/**
 * Files that nobody ever reads half of, readable and writable by their owner only. What was written
 * is on disk: neither a crash of the process nor of the machine loses it.
 */
public final class WholeFile {
  private static final Set<PosixFilePermission> OWNER_ONLY =
      PosixFilePermissions.fromString("rw-------");

  private WholeFile() {}

  /** Gives the file this content in one step, whatever it had. */
  public static void replace(Path file, byte[] content) throws IOException {
    Files.move(draft(file, content), file, ATOMIC_MOVE);
    sync(file);
  }

  /**
   * Gives the file this content in one step unless it exists. Of two processes that try, one wins.
   * A hard link does that; a rename would replace what the other one wrote.
   */
  public static void create(Path file, byte[] content) throws IOException {
    Path draft = draft(file, content);
    try {
      Files.createLink(file, draft);
      sync(file);
    } catch (FileAlreadyExistsException e) {
      // Another process made it in the meantime: that one counts.
    } finally {
      Files.deleteIfExists(draft);
    }
  }

  private static Path draft(Path file, byte[] content) throws IOException {
    Path draft =
        Files.createTempFile(
            file.toAbsolutePath().getParent(),
            ".draft-",
            ".tmp",
            PosixFilePermissions.asFileAttribute(OWNER_ONLY));
    try (FileChannel out = FileChannel.open(draft, WRITE)) {
      out.write(ByteBuffer.wrap(content));
      out.force(true);
    }
    return draft;
  }

  /** The name of a new file is on disk once its folder is. */
  private static void sync(Path file) throws IOException {
    try (FileChannel folder = FileChannel.open(file.toAbsolutePath().getParent(), READ)) {
      folder.force(true);
    }
  }

  /** Opens a file for writing, and creates it when it is missing. */
  public static FileChannel open(Path file) throws IOException {
    return FileChannel.open(
        file, Set.of(CREATE, WRITE), PosixFilePermissions.asFileAttribute(OWNER_ONLY));
  }

  /** Whether nobody but the owner may do anything with it. */
  public static boolean isOwnersOnly(Path file) throws IOException {
    return OWNER_ONLY.containsAll(Files.getPosixFilePermissions(file));
  }
}
