package org.blindbook.server.enclavehost;

import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.commons.codec.binary.Hex;
import org.blindbook.edge.files.Access;

/**
 * A private folder of this host among the machine's temporary files, for sockets and settings of
 * its enclaves: a data directory's path may be longer than the about 100 bytes that a Unix socket's
 * path may have.
 *
 * <p>Beside the folder lies a lock file, which is there before the folder and goes after it. The
 * host holds its lock for as long as it lives; so whoever gets the lock of a folder knows that its
 * host was killed, and removes the folder.
 */
public final class HostFolder implements AutoCloseable {
  private static final String PREFIX = "blindbook-";
  private static final String LOCK_SUFFIX = ".lock";
  private static final int NAME_BYTES = 8;

  /**
   * Lock files of this process. To open and close one again would give up its lock: POSIX locks
   * belong to the process and end with the first of its channels that closes.
   */
  private static final Set<Path> OWN = ConcurrentHashMap.newKeySet();

  private final Path folder;
  private final Path lockFile;
  private final FileChannel lock;

  private HostFolder(Path folder, Path lockFile, FileChannel lock) {
    this.folder = folder;
    this.lockFile = lockFile;
    this.lock = lock;
  }

  /**
   * Removes what killed hosts left behind, and makes a folder for this one.
   *
   * @param temporary the folder of the machine's temporary files
   */
  public static HostFolder create(Path temporary, RandomGenerator random)
      throws EnclaveStartException {
    try {
      sweep(temporary);
      while (true) {
        byte[] name = new byte[NAME_BYTES];
        random.nextBytes(name);
        Path folder = temporary.resolve(PREFIX + Hex.encodeHexString(name));
        Path lockFile = lockOf(folder);
        OWN.add(lockFile);
        Optional<FileChannel> lock = tryLock(lockFile, CREATE_NEW);
        if (lock.isPresent() && Files.exists(lockFile)) {
          Files.createDirectory(folder, Access.OWNER.ofNewFolder(folder));
          return new HostFolder(folder, lockFile, lock.get());
        }
        OWN.remove(lockFile); // another host took it for a killed one's
      }
    } catch (IOException e) {
      throw new EnclaveStartException(
          "No temporary folder can be made in "
              + temporary
              + ": make it writable or set -Djava.io.tmpdir to another.");
    }
  }

  /** A folder of that name inside. */
  public Path folder(String name) throws IOException {
    return Files.createDirectories(folder.resolve(name));
  }

  private static void sweep(Path temporary) throws IOException {
    List<Path> locks;
    try (Stream<Path> files = Files.list(temporary)) {
      locks =
          files
              .filter(file -> file.getFileName().toString().matches(PREFIX + "[0-9a-f]+\\.lock"))
              .filter(file -> !OWN.contains(file))
              .toList();
    }
    for (Path lockFile : locks) {
      try {
        Optional<FileChannel> lock = tryLock(lockFile);
        if (lock.isPresent()) {
          String name = lockFile.getFileName().toString();
          Path folder =
              lockFile.resolveSibling(name.substring(0, name.length() - LOCK_SUFFIX.length()));
          new HostFolder(folder, lockFile, lock.get()).remove();
        }
      } catch (IOException anothers) {
        // It is another user's, or another host sweeps it at this moment.
      }
    }
  }

  private static Path lockOf(Path folder) {
    return folder.resolveSibling(folder.getFileName() + LOCK_SUFFIX);
  }

  /** Locked until the channel is closed or the process ends; empty when somebody else holds it. */
  private static Optional<FileChannel> tryLock(Path file, OpenOption... how) throws IOException {
    Set<OpenOption> options =
        Stream.concat(Stream.of(WRITE), Stream.of(how)).collect(Collectors.toSet());
    FileChannel channel = FileChannel.open(file, options, Access.OWNER.ofNewFile(file));
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

  private void remove() throws IOException {
    try (lock) {
      if (Files.exists(folder)) {
        removeTree(folder);
      }
      Files.deleteIfExists(lockFile);
    }
  }

  /** Removes a folder and everything in it. */
  static void removeTree(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    }
  }

  /** Removes the folder. */
  @Override
  public void close() {
    try {
      remove();
    } catch (IOException e) {
      // The next host removes it; it holds nothing secret.
    } finally {
      OWN.remove(lockFile);
    }
  }
}
