package org.blindbook.server.recovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.blindbook.server.JavaProcess;
import org.blindbook.server.installation.DataDirectory;
import org.blindbook.server.installation.OperatorException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class BackupTest {
  private static final Instant NOW = Instant.parse("2026-11-28T01:02:03.456Z");

  @TempDir Path temp;

  private BackupManifest backup(DataDirectory directory, Path target) throws Exception {
    return Backup.make(directory, target, InstantSource.fixed(NOW), Progress.NONE);
  }

  private static TreeMap<String, String> modes(Path root) throws IOException {
    TreeMap<String, String> modes = new TreeMap<>();
    try (Stream<Path> files = Files.walk(root)) {
      for (Path file : files.toList()) {
        modes.put(
            root.relativize(file).toString(),
            PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
      }
    }
    return modes;
  }

  @Test
  void holdsWhatCannotBeMadeAgainForItsOwnerOnly() throws Exception {
    DataDirectory directory = InstalledDirectory.blinded(temp.resolve("data"), 300);
    for (String name : List.of("trust.yaml", "epochs.json", "evaluator.url", "snapshot-1.sealed")) {
      InstalledDirectory.write(directory.root().resolve(name), new byte[] {1});
    }
    Files.createDirectory(directory.platform().resolve("image-1"));
    Path target = temp.resolve("backup");
    BackupManifest manifest = backup(directory, target);
    assertThat(manifest.made()).isEqualTo("2026-11-28T01:02:03Z");
    assertThat(manifest.stores()).containsExactly(new BackupManifest.Store(1, 300, 300));
    assertThat(manifest.files())
        .extracting(BackupManifest.Entry::name)
        .containsExactlyInAnyOrder(
            "deployment",
            "registrations-1.db",
            "ledgers.db",
            "credential.key",
            "credential-other.key",
            "load.key",
            "load-other.key",
            "evaluator-1.sealed",
            "evaluator-1.public",
            "platform/fuse-key",
            "platform/pki");
    TreeMap<String, String> modes = modes(target);
    assertThat(modes.remove("")).isEqualTo("rwx------");
    assertThat(modes.remove("platform")).isEqualTo("rwx------");
    assertThat(modes).hasSize(12).containsKey("manifest.json");
    assertThat(modes.values()).containsOnly("rw-------");
    assertThat(BackupFolder.open(target).manifest()).isEqualTo(manifest);
    assertThat(BackupFolder.open(target).disagreements(Progress.NONE)).isEmpty();
  }

  @Test
  void namesThePostgresThatHasTheRegistrations() throws Exception {
    DataDirectory directory = InstalledDirectory.truncated(temp.resolve("data"), 3);
    Files.delete(directory.registrations(0));
    InstalledDirectory.write(
        directory.registrationsAddress(), "postgresql://user@db.example/users\n".getBytes());
    BackupManifest manifest = backup(directory, temp.resolve("backup"));
    assertThat(manifest.stores()).isEmpty();
    assertThat(manifest.files())
        .extracting(BackupManifest.Entry::name)
        .containsExactly("deployment", "registrations.postgresql");
  }

  @Test
  void leavesNothingWhenItFails() throws Exception {
    DataDirectory directory = InstalledDirectory.truncated(temp.resolve("data"), 3);
    Path store = directory.registrations(0);
    byte[] whole = Files.readAllBytes(store);
    whole[2 * 4096] ^= 1; // the kind of a page
    Files.write(store, whole);
    assertThatThrownBy(() -> backup(directory, temp.resolve("backup")))
        .isInstanceOf(OperatorException.class)
        .hasMessageContaining("registrations.db")
        .hasMessageContaining("is damaged");
    Files.delete(store);
    assertThatThrownBy(() -> backup(directory, temp.resolve("backup")))
        .isInstanceOf(OperatorException.class)
        .hasMessageContaining("is missing");
    assertThat(temp).isDirectoryNotContaining(file -> !file.endsWith("data"));
  }

  @Test
  void takesNoPlaceThatIsTaken() throws Exception {
    DataDirectory directory = InstalledDirectory.truncated(temp.resolve("data"), 3);
    Path target = Files.createDirectory(temp.resolve("backup"));
    assertThatThrownBy(() -> backup(directory, target))
        .isInstanceOf(OperatorException.class)
        .hasMessageContaining("exists already");
    assertThatThrownBy(() -> backup(directory, temp.resolve("no/where")))
        .isInstanceOf(OperatorException.class)
        .hasMessageContaining("create it first");
    assertThat(target).isEmptyDirectory();
  }

  @Test
  void hasWhatIsInTheLogAlone() throws Exception {
    DataDirectory directory = InstalledDirectory.truncated(temp.resolve("data"), 300);
    InstalledDirectory.registerAndCrash(directory.registrations(0), 301, 500);
    assertThat(directory.root().resolve("registrations.db-wal")).isNotEmptyFile();
    assertThat(backup(directory, temp.resolve("backup")).stores())
        .containsExactly(new BackupManifest.Store(0, 500, 500));
  }

  /** Registers a number after the other, and says so once it is acknowledged. */
  static final class Writer {
    public static void main(String[] arguments) throws Exception {
      for (int number = 1; true; number++) {
        InstalledDirectory.register(Path.of(arguments[0]), number, number);
        System.out.println(number);
      }
    }
  }

  @Test
  @Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void hasAllThatWasAcknowledgedBeforeWhileOthersWriteOn() throws Exception {
    DataDirectory directory = InstalledDirectory.truncated(temp.resolve("data"), 0);
    // Large enough for many steps of the copy.
    InstalledDirectory.register(directory.registrations(0), 1_000_001, 1_200_000);
    try (JavaProcess first = JavaProcess.start(Writer.class, store(directory));
        JavaProcess second = JavaProcess.start(Writer.class, store(directory))) {
      List<Long> had = new ArrayList<>();
      for (int round = 0; round < 3; round++) {
        long before = Math.max(number(first), number(second));
        Path target = temp.resolve("backup" + round);
        List<Long> during = new ArrayList<>();
        Backup.make(
            directory,
            target,
            InstantSource.system(),
            new Progress() {
              @Override
              public void begin(String task, long bytes) {}

              @Override
              public void at(long bytes) {
                during.add(bytes);
              }
            });
        Path copy = temp.resolve("restored" + round);
        Restore.run(target, copy, false, InstantSource.system(), Progress.NONE);
        had.add(InstalledDirectory.registered(copy.resolve("registrations.db")) - 200_000);
        assertThat(had.getLast()).as("registered before").isGreaterThanOrEqualTo(before);
        assertThat(during).as("steps of progress").hasSizeGreaterThan(5);
      }
      assertThat(had).isSorted().doesNotHaveDuplicates();
      assertThat(number(first)).as("writes on").isPositive();
      assertThat(second.isAlive()).isTrue();
    }
  }

  private static String store(DataDirectory directory) {
    return directory.registrations(0).toString();
  }

  private static long number(JavaProcess writer) throws IOException {
    return Long.parseLong(writer.line());
  }
}
