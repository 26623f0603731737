package org.blindbook.server.recovery;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.blindbook.server.installation.DataDirectory;
import org.blindbook.server.installation.Deployment;

/**
 * Which files of a data directory are backed up. Not among them: snapshots, which are made anew
 * from the store; what a server writes at each start; locks.
 */
final class BackedUpFiles {
  /** Keys and names; the largest, of the simulated hardware, takes some kilobytes. */
  private static final int MAX_SMALL_BYTES = 1 << 20;

  private final DataDirectory directory;
  private final Deployment deployment;

  BackedUpFiles(DataDirectory directory, Deployment deployment) {
    this.directory = directory;
    this.deployment = deployment;
  }

  /** The stores that are looked up, by epoch; none where a PostgreSQL has them. */
  SortedMap<Integer, Path> stores() {
    SortedMap<Integer, Path> stores = new TreeMap<>();
    if (deployment.looksUp() && !Files.exists(directory.registrationsAddress())) {
      deployment.live().forEach(epoch -> stores.put(epoch, directory.registrations(epoch)));
    }
    return stores;
  }

  /** From the data directory on. */
  String name(Path file) {
    return directory.root().relativize(file).toString();
  }

  /**
   * Every other file but the ledgers, by name: those that are there.
   *
   * @throws IOException also when one is too large to be what its name says
   */
  SortedMap<String, byte[]> readSmall() throws IOException {
    SortedMap<String, byte[]> contents = new TreeMap<>();
    for (Path file : small()) {
      try {
        if (Files.size(file) > MAX_SMALL_BYTES) {
          throw new IOException(file + " is too large");
        }
        contents.put(name(file), Files.readAllBytes(file));
      } catch (NoSuchFileException e) {
        // Not every installation has each of them.
      }
    }
    return contents;
  }

  private List<Path> small() throws IOException {
    List<Path> files =
        new ArrayList<>(
            List.of(
                directory.deployment(),
                directory.registrationsAddress(),
                directory.ledgersRedis(),
                directory.credentialKey(),
                directory.otherCredentialKey(),
                directory.loadKey(),
                directory.otherLoadKey(),
                directory.managementToken()));
    for (int epoch : deployment.live()) {
      files.add(directory.evaluatorKey(epoch));
      files.add(directory.evaluatorPublicKey(epoch));
    }
    if (Files.isDirectory(directory.platform())) {
      try (Stream<Path> platform = Files.list(directory.platform())) {
        platform.filter(BackedUpFiles::isKey).forEach(files::add);
      }
    }
    return files;
  }

  /** Neither a lock, nor a draft, nor a running platform's copy of an image. */
  private static boolean isKey(Path file) {
    String name = String.valueOf(file.getFileName());
    return Files.isRegularFile(file) && !name.endsWith("lock") && !name.startsWith(".");
  }

  static boolean areEqual(SortedMap<String, byte[]> one, SortedMap<String, byte[]> two) {
    return one.keySet().equals(two.keySet())
        && one.entrySet().stream().allMatch(e -> Arrays.equals(e.getValue(), two.get(e.getKey())));
  }

  static void wipe(SortedMap<String, byte[]> contents) {
    contents.values().forEach(bytes -> Arrays.fill(bytes, (byte) 0));
  }
}
