package org.blindbook.platform;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.blindbook.edge.files.WholeFile;
import org.jspecify.annotations.Nullable;

/**
 * What the platform keeps between starts, readable by its owner only: a processor keeps it in
 * fuses. As a processor runs several enclaves, several platforms use one folder: what is made once
 * is made by one of them while others wait, and each holds the lock of its image for as long as it
 * runs.
 */
final class StateFolder implements AutoCloseable {
  private static final Set<PosixFilePermission> PRIVATE_FOLDER =
      PosixFilePermissions.fromString("rwx------");
  private static final String IMAGE_PREFIX = "image-";

  private static final String LOCK_SUFFIX = ".lock";
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final int RETRY_MILLIS = 20;

  private final Path folder;
  private final FileChannel lock;

  private StateFolder(Path folder, FileChannel lock) {
    this.folder = folder;
    this.lock = lock;
  }

  /** Waits until no other platform has it open; from then until closed, others wait. */
  static StateFolder open(Path folder) throws PlatformException {
    try {
      Files.createDirectories(folder);
      Files.setPosixFilePermissions(folder, PRIVATE_FOLDER);
      return new StateFolder(folder.toAbsolutePath(), awaitLock(folder.resolve("lock")));
    } catch (IOException e) {
      throw new PlatformException(
          "The state folder " + folder + " cannot be used: make sure that you own it.");
    }
  }

  private static FileChannel awaitLock(Path file) throws IOException, PlatformException {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (System.nanoTime() < deadline) {
      Optional<FileChannel> locked = tryLock(file);
      if (locked.isPresent()) {
        return locked.get();
      }
      try {
        Thread.sleep(RETRY_MILLIS);
      } catch (InterruptedException e) {
        throw new InterruptedIOException("interrupted while it waited for a lock");
      }
    }
    throw new PlatformException(
        "Another platform has been starting in " + file.getParent() + " for too long: stop it.");
  }

  /** Locked until the channel is closed or the process ends; empty when somebody else holds it. */
  private static Optional<FileChannel> tryLock(Path file) throws IOException {
    FileChannel channel = WholeFile.openLock(file);
    try {
      if (channel.tryLock() != null) {
        return Optional.of(channel);
      }
    } catch (OverlappingFileLockException e) {
      // Held by this very process: the same answer.
    }
    channel.close();
    return Optional.empty();
  }

  private void deleteLeftOverImages() throws IOException {
    List<Path> images;
    try (Stream<Path> files = Files.list(folder)) {
      images =
          files
              .filter(file -> String.valueOf(file.getFileName()).startsWith(IMAGE_PREFIX))
              .filter(Files::isDirectory)
              .toList();
    }
    for (Path image : images) {
      Optional<FileChannel> leftOver = tryLock(lockOf(image));
      if (leftOver.isPresent()) {
        new ImageFolder(image, leftOver.get()).delete();
      }
    }
  }

  private static Path lockOf(Path image) {
    return image.resolveSibling(image.getFileName() + LOCK_SUFFIX);
  }

  /**
   * An empty private folder for one run; those that killed platforms left behind are deleted. A
   * process asks for one only: to look at its own lock again would give it up.
   */
  ImageFolder newImageFolder() throws IOException {
    deleteLeftOverImages();
    Path image =
        Files.createTempDirectory(
            folder, IMAGE_PREFIX, PosixFilePermissions.asFileAttribute(PRIVATE_FOLDER));
    return new ImageFolder(
        image, tryLock(lockOf(image)).orElseThrow(() -> new IOException("a new folder is locked")));
  }

  /** A folder that no other platform deletes while its lock is held. */
  record ImageFolder(Path path, FileChannel lock) {
    void delete() throws IOException {
      if (Files.exists(path)) {
        deleteTree(path);
      }
      Files.deleteIfExists(lockOf(path));
      lock.close();
    }
  }

  /** Lets other platforms start. */
  @Override
  public void close() throws IOException {
    lock.close();
  }

  boolean has(String name) {
    return Files.exists(folder.resolve(name));
  }

  byte[] read(String name) throws IOException {
    return Files.readAllBytes(folder.resolve(name));
  }

  /** Writes the whole file or none of it, and has it on disk. */
  void write(String name, byte[] content) throws IOException {
    WholeFile.replace(folder.resolve(name), content);
  }

  /** What to say of a file that cannot be what this folder's owner wrote. */
  PlatformException damaged(String name) {
    return new PlatformException(
        "The file "
            + folder.resolve(name)
            + " is damaged: restore the folder from a backup. Without one, delete the folder: the"
            + " new processor that is made then opens nothing that this one sealed.");
  }

  private static void deleteTree(Path folder) throws IOException {
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
