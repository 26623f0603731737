package org.blindbook.server.recovery;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.UUID;
import org.blindbook.edge.files.Access;
import org.blindbook.edge.files.TemporaryFolder;

/**
 * A folder that is being filled, for its owner only, beside the one that it becomes. Closed before
 * that it is gone, and so it is when the process is told to end.
 *
 * <p>Not thread-safe.
 */
final class FolderDraft implements AutoCloseable {
  private final Path path;
  private final Path target;
  private final Thread atEnd;
  private boolean disposable = true;

  private FolderDraft(Path path, Path target) {
    this.path = path;
    this.target = target;
    this.atEnd = new Thread(() -> new TemporaryFolder(path).delete(), "folder-draft-end");
  }

  static FolderDraft beside(Path target) throws IOException {
    Path absolute = target.toAbsolutePath().normalize();
    Path path =
        absolute.resolveSibling("." + absolute.getFileName() + "." + UUID.randomUUID() + ".draft");
    Files.createDirectory(path, Access.OWNER.ofNewFolder(path));
    FolderDraft draft = new FolderDraft(path, absolute);
    Runtime.getRuntime().addShutdownHook(draft.atEnd);
    return draft;
  }

  Path path() {
    return path;
  }

  /** Where a file of this name belongs; the folder for it is there on return. */
  Path place(String name) throws IOException {
    Path file = path.resolve(name);
    Path folder = file.resolveSibling(".").normalize();
    if (!Files.exists(folder)) {
      Files.createDirectory(folder, Access.OWNER.ofNewFolder(folder));
    }
    return file;
  }

  /** A new file for its owner only. */
  FileChannel create(String name) throws IOException {
    Path file = place(name);
    return FileChannel.open(
        file,
        Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
        Access.OWNER.ofNewFile(file));
  }

  /** Has all names on disk; what is in the files is, already. */
  void sync() throws IOException {
    try (var folders = Files.walk(path)) {
      for (Path folder : folders.filter(Files::isDirectory).toList()) {
        sync(folder);
      }
    } catch (UncheckedIOException e) {
      throw e.getCause(); // of the walk
    }
  }

  /** Takes the target's name, which nobody has, in one step. */
  void becomeTarget() throws IOException {
    sync();
    Files.move(path, target, StandardCopyOption.ATOMIC_MOVE);
    sync(target.resolveSibling(".").normalize());
  }

  /**
   * Changes places with the target, which is a folder.
   *
   * @param aside the name that the other one has afterwards
   */
  void replaceTarget(Path aside) throws IOException {
    sync();
    keep();
    if (FolderExchange.exchange(path, target)) {
      try {
        Files.move(path, aside, StandardCopyOption.ATOMIC_MOVE);
      } catch (IOException e) {
        disposable = FolderExchange.exchange(path, target);
        throw e;
      }
    } else {
      moveTwice(aside);
    }
    sync(target.resolveSibling(".").normalize());
  }

  /** From here on, what has the draft's name may be the former folder, which nobody deletes. */
  private void keep() throws IOException {
    try {
      Runtime.getRuntime().removeShutdownHook(atEnd);
    } catch (IllegalStateException e) {
      throw new IOException("the process ends", e);
    }
    disposable = false;
  }

  /** In the meantime nothing has the target's name. */
  private void moveTwice(Path aside) throws IOException {
    disposable = true; // this way the former folder never has the draft's name
    Files.move(target, aside, StandardCopyOption.ATOMIC_MOVE);
    try {
      Files.move(path, target, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      Files.move(aside, target, StandardCopyOption.ATOMIC_MOVE);
      throw e;
    }
  }

  private static void sync(Path folder) throws IOException {
    try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  @Override
  public void close() {
    try {
      Runtime.getRuntime().removeShutdownHook(atEnd);
    } catch (IllegalStateException e) {
      return; // the process ends, and the folder with it
    }
    if (disposable) {
      new TemporaryFolder(path).delete();
    }
  }
}
