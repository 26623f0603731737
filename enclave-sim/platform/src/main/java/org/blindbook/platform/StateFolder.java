package org.blindbook.platform;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What the platform keeps between starts, readable by its owner only: a processor keeps it in
 * fuses. One platform at a time uses a folder.
 */
final class StateFolder {
  private static final Set<PosixFilePermission> PRIVATE_FOLDER =
      PosixFilePermissions.fromString("rwx------");
  private static final FileAttribute<?> PRIVATE_FILE =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
  private static final String IMAGE_PREFIX = "image-";

  private final Path folder;

  private StateFolder(Path folder) {
    this.folder = folder;
  }

  static StateFolder open(Path folder) throws PlatformException {
    try {
      Files.createDirectories(folder);
      Files.setPosixFilePermissions(folder, PRIVATE_FOLDER);
      lock(folder);
      deleteLeftOverImages(folder);
      return new StateFolder(folder.toAbsolutePath());
    } catch (IOException e) {
      throw new PlatformException(
          "The state folder " + folder + " cannot be used: make sure that you own it.");
    }
  }

  private static void lock(Path folder) throws IOException, PlatformException {
    Path file = folder.resolve("lock");
    if (!Files.exists(file)) {
      Files.createFile(file, PRIVATE_FILE);
    }
    // Held, and the channel kept open, until the process ends.
    FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE);
    try {
      if (channel.tryLock() != null) {
        return;
      }
    } catch (OverlappingFileLockException e) {
      // Held by this very process: the same answer.
    }
    channel.close();
    throw new PlatformException("Another platform uses " + folder + ": stop it first.");
  }

  private static void deleteLeftOverImages(Path folder) throws IOException {
    List<Path> leftOver;
    try (Stream<Path> files = Files.list(folder)) {
      leftOver =
          files
              .filter(file -> String.valueOf(file.getFileName()).startsWith(IMAGE_PREFIX))
              .toList();
    }
    for (Path image : leftOver) {
      deleteTree(image);
    }
  }

  /** An empty private folder for one run. */
  Path newImageFolder() throws IOException {
    return Files.createTempDirectory(
        folder, IMAGE_PREFIX, PosixFilePermissions.asFileAttribute(PRIVATE_FOLDER));
  }

  boolean has(String name) {
    return Files.exists(folder.resolve(name));
  }

  byte[] read(String name) throws IOException {
    return Files.readAllBytes(folder.resolve(name));
  }

  /** Writes the whole file or none of it. */
  void write(String name, byte[] content) throws IOException {
    Path temporary = folder.resolve(name + ".new");
    Files.deleteIfExists(temporary);
    Files.createFile(temporary, PRIVATE_FILE);
    Files.write(temporary, content, StandardOpenOption.WRITE, StandardOpenOption.SYNC);
    Files.move(temporary, folder.resolve(name), StandardCopyOption.ATOMIC_MOVE);
  }

  static void deleteTree(Path folder) throws IOException {
    Files.walkFileTree(
        folder,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.delete(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path visited, @Nullable IOException e)
              throws IOException {
            Files.delete(visited);
            return FileVisitResult.CONTINUE;
          }
        });
  }
}
