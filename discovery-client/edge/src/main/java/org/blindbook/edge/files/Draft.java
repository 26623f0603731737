package org.blindbook.edge.files;

import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;
import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.UUID;

/**
 * A file that is being written, beside the one whose place it takes once it is complete. Closed
 * before that, or after a failure, it is gone.
 *
 * <p>Not thread-safe.
 */
public final class Draft implements Closeable {
  private final Path target;
  private final Path path;
  private final FileChannel channel;

  private Draft(Path target, String name, Access access) throws IOException {
    this.target = target.toAbsolutePath();
    this.path = this.target.resolveSibling(name);
    this.channel = FileChannel.open(path, Set.of(CREATE_NEW, WRITE), access.ofNewFile(this.target));
  }

  /**
   * For a file that one writer at a time replaces, because it holds a lock. What an earlier one
   * left when it was killed is overwritten.
   */
  public static Draft ofOnlyWriter(Path target, Access access) throws IOException {
    String name = "." + target.getFileName() + ".draft";
    // A left-over file may have another owner's permissions; a created one has these.
    Files.deleteIfExists(target.toAbsolutePath().resolveSibling(name));
    return new Draft(target, name, access);
  }

  /** For a file that others may be writing at the same time. */
  public static Draft besideOthers(Path target, Access access) throws IOException {
    return new Draft(
        target, "." + target.getFileName() + "." + UUID.randomUUID() + ".draft", access);
  }

  /** Where it is until it is complete. */
  public Path path() {
    return path;
  }

  /** For writing. Who does so has to expect short writes. */
  public FileChannel channel() {
    return channel;
  }

  public void write(byte[] content) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(content);
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }

  /** Takes the target's place in one step, whatever it held. */
  public void replaceTarget() throws IOException {
    finish();
    Files.move(path, target, ATOMIC_MOVE);
    syncFolder();
  }

  /**
   * Becomes the target unless that exists. Of several that try, one wins: a link does that, a
   * rename would replace what another one wrote.
   *
   * @return whether this one did
   */
  public boolean becomeTarget() throws IOException {
    finish();
    try {
      Files.createLink(target, path);
      syncFolder();
      return true;
    } catch (FileAlreadyExistsException e) {
      return false;
    }
  }

  private void finish() throws IOException {
    channel.force(true);
    channel.close();
  }

  /**
   * A new name is on disk once its folder is. Where there is no POSIX, folders cannot be opened.
   */
  private void syncFolder() throws IOException {
    if (Access.isPosix(target)) {
      try (FileChannel folder = FileChannel.open(target.resolveSibling("."), READ)) {
        folder.force(true);
      }
    }
  }

  @Override
  public void close() throws IOException {
    try {
      channel.close();
    } finally {
      Files.deleteIfExists(path);
    }
  }
}
