package org.blindbook.edge.files;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.Set;

/**
 * Files that nobody ever reads half of. What was written is on disk: neither a crash of the process
 * nor of the machine loses it. When a write fails, the file is as it was, and nothing else is left.
 */
public final class WholeFile {
  private WholeFile() {}

  /** Gives the owner's file this content in one step, whatever it held. Writers take turns. */
  public static void replace(Path file, byte[] content) throws IOException {
    replace(file, content, Access.OWNER);
  }

  /** As the other one, for a file that others may read. */
  public static void replace(Path file, byte[] content, Access access) throws IOException {
    try (Draft draft = Draft.ofOnlyWriter(file, access)) {
      draft.write(content);
      draft.replaceTarget();
    }
  }

  /**
   * Gives the owner's file this content in one step unless it exists. Of several processes that try
   * at once, one wins.
   */
  public static void create(Path file, byte[] content) throws IOException {
    try (Draft draft = Draft.besideOthers(file, Access.OWNER)) {
      draft.write(content);
      draft.becomeTarget();
    }
  }

  /** Opens a file for locking, and creates it for its owner when it is missing. */
  public static FileChannel openLock(Path file) throws IOException {
    return FileChannel.open(file, Set.of(CREATE, WRITE), Access.OWNER.ofNewFile(file));
  }
}
