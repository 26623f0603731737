package org.blindbook.server.recovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.commons.codec.digest.DigestUtils;
import org.blindbook.server.JavaProcess;
import org.blindbook.server.installation.DataDirectory;
import org.blindbook.server.installation.OperatorException;
import org.blindbook.server.installation.ServeLock;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class RestoreTest {
  private static final InstantSource CLOCK =
      InstantSource.fixed(Instant.parse("2026-11-28T01:02:03Z"));

  @TempDir Path temp;
  private DataDirectory directory;
  private Path backup;

  @BeforeEach
  void makeBackup() throws Exception {
    directory = InstalledDirectory.blinded(temp.resolve("data"), 300);
    backup = temp.resolve("backup");
    Backup.make(directory, backup, CLOCK, Progress.NONE);
  }

  private Restore.Restored restore(Path root, boolean replace) throws OperatorException {
    return Restore.run(backup, root, replace, CLOCK, Progress.NONE);
  }

  private static Map<String, byte[]> contents(Path root) throws IOException {
    Map<String, byte[]> contents = new TreeMap<>();
    try (Stream<Path> files = Files.walk(root)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        contents.put(root.relativize(file).toString(), Files.readAllBytes(file));
      }
    }
    return contents;
  }

  private static Map<String, String> digests(Map<String, byte[]> contents) {
    Map<String, String> digests = new TreeMap<>();
    contents.forEach((name, content) -> digests.put(name, DigestUtils.sha256Hex(content)));
    return digests;
  }

  private Map<String, byte[]> backedUp() throws IOException {
    Map<String, byte[]> contents = contents(backup);
    contents.remove("manifest.json");
    return contents;
  }

  @Test
  void makesADirectoryWithWhatWasBackedUpAndNothingElse() throws Exception {
    Path root = temp.resolve("restored");
    assertThat(restore(root, false).before()).isEmpty();
    assertThat(contents(root)).containsExactlyEntriesOf(backedUp());
    assertThat(temp.toFile().list()).containsExactlyInAnyOrder("data", "backup", "restored");
  }

  @Test
  void fillsAnEmptyDirectory() throws Exception {
    Path root = Files.createDirectory(temp.resolve("empty"));
    InstalledDirectory.write(root.resolve("serve.lock"), new byte[0]);
    assertThat(restore(root, false).before()).isEmpty();
    assertThat(contents(root)).containsExactlyEntriesOf(backedUp());
    assertThat(temp.toFile().list()).containsExactlyInAnyOrder("data", "backup", "empty");
  }

  @Test
  void replacesADirectoryOnlyWhenToldAndKeepsItAside() throws Exception {
    InstalledDirectory.registerAndCrash(directory.registrations(1), 301, 400);
    InstalledDirectory.write(directory.snapshot(1), new byte[100]);
    Map<String, byte[]> before = contents(directory.root());
    assertThatThrownBy(() -> restore(directory.root(), false))
        .isInstanceOf(OperatorException.class)
        .hasMessageContaining("--replace");
    assertThat(contents(directory.root())).containsExactlyEntriesOf(before);

    Path aside = restore(directory.root(), true).before().orElseThrow();
    assertThat(aside).isEqualTo(temp.toRealPath().resolve("data.before-restore-20261128T010203Z"));
    assertThat(contents(aside)).containsExactlyEntriesOf(before);
    assertThat(contents(directory.root()))
        .as("no log, index or snapshot of the former store")
        .containsExactlyEntriesOf(backedUp());
    assertThat(InstalledDirectory.registered(directory.registrations(1))).isEqualTo(300);

    assertThat(restore(directory.root(), true).before().orElseThrow())
        .as("another one within the second")
        .isEqualTo(temp.toRealPath().resolve("data.before-restore-20261128T010203Z-2"));
  }

  @Test
  void followsALinkToTheDirectory() throws Exception {
    Path link = Files.createSymbolicLink(temp.resolve("link"), directory.root());
    restore(link, true);
    assertThat(link).isSymbolicLink();
    assertThat(contents(directory.root())).containsExactlyEntriesOf(backedUp());
  }

  @Test
  void isRefusedWhileAServerRunsOrALoadWrites() throws Exception {
    try (ServeLock running = ServeLock.acquire(directory)) {
      assertThat(running).isNotNull();
      assertThatThrownBy(() -> restore(directory.root(), true))
          .isInstanceOf(OperatorException.class)
          .hasMessageContaining("stop it first");
    }
    try (JavaProcess load =
        JavaProcess.start(
            InstalledDirectory.Crashing.class,
            directory.registrations(1).toString(),
            "301",
            "301")) {
      assertThat(load.line()).isEqualTo("written");
      assertThatThrownBy(() -> restore(directory.root(), true))
          .isInstanceOf(OperatorException.class)
          .hasMessageContaining("registrations-1.db is in use");
    }
    restore(directory.root(), true);
  }

  private enum Damage {
    CUT,
    FLIPPED,
    DELETED,
    ADDED
  }

  /** Of every file: whatever happens to one, it is named and nothing is restored. */
  @ParameterizedTest
  @EnumSource(Damage.class)
  void aBackupThatIsNotWhatWasMadeIsRefused(Damage damage) throws Exception {
    Map<String, byte[]> whole = contents(backup);
    for (Map.Entry<String, byte[]> file : whole.entrySet()) {
      Path path = backup.resolve(file.getKey());
      Path added = backup.resolve(file.getKey() + "-wal");
      byte[] content = file.getValue().clone();
      content[content.length / 3] ^= 4;
      switch (damage) {
        case CUT -> Files.write(path, Arrays.copyOf(content, content.length - 1));
        case FLIPPED -> Files.write(path, content);
        case DELETED -> Files.delete(path);
        case ADDED -> Files.write(added, content);
      }
      assertThatThrownBy(() -> restore(temp.resolve("restored"), false))
          .as("%s of %s", damage, file.getKey())
          .isInstanceOf(OperatorException.class)
          .hasMessageContaining(file.getKey());
      Files.write(path, file.getValue());
      Files.deleteIfExists(added);
    }
    assertThat(temp.toFile().list()).containsExactlyInAnyOrder("data", "backup");
  }

  /** Restores one after the other of two backups into a directory, for ever. */
  static final class Restoring {
    public static void main(String[] arguments) throws Exception {
      for (long second = 0; true; second++) {
        Restore.run(
            Path.of(arguments[(int) (second % 2)]),
            Path.of(arguments[2]),
            true,
            InstantSource.fixed(Instant.ofEpochSecond(second)),
            Progress.NONE);
        System.out.println("restored");
      }
    }
  }

  /** Its log lines come first. */
  private static void awaitRestored(JavaProcess process) throws IOException {
    String line = process.line();
    while (line != null && !line.equals("restored")) {
      line = process.line();
    }
    assertThat(line).isEqualTo("restored");
  }

  @Test
  @Timeout(60)
  void aKillLeavesTheFormerDirectoryOrTheRestoredOne() throws Exception {
    InstalledDirectory.register(directory.registrations(1), 301, 400);
    Path second = temp.resolve("second");
    Backup.make(directory, second, CLOCK, Progress.NONE);
    Map<String, byte[]> one = backedUp();
    Map<String, byte[]> two = contents(second);
    two.remove("manifest.json");
    for (int round = 0; round < 6; round++) {
      try (JavaProcess process =
          JavaProcess.start(
              Restoring.class, backup.toString(), second.toString(), directory.root().toString())) {
        awaitRestored(process);
        Thread.sleep(7L * round);
        process.kill();
      }
      Map<String, byte[]> found = contents(directory.root());
      found.remove("serve.lock"); // taken by the restore that was killed
      assertThat(digests(found)).isIn(digests(one), digests(two));
    }
  }
}
