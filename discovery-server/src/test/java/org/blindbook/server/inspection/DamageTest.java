package org.blindbook.server.inspection;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.blindbook.server.installation.DataDirectory;
import org.blindbook.server.recovery.InstalledDirectory;
import org.blindbook.server.registrations.RegistrationStore;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every file of a data directory with every kind of damage, one at a time: it is named, or the
 * damage is one that is documented not to be seen.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DamageTest {
  private enum Damage {
    /** To its first half. */
    CUT,
    EMPTIED,
    DELETED,
    /** The highest bit of its first byte. */
    FLIPPED_AT_FIRST,
    /** The highest bit of the byte in its middle. */
    FLIPPED,
    /** To what it was before the last change. */
    ROLLED_BACK,
    OPENED_TO_OTHERS
  }

  private static final Set<Damage> ALL = EnumSet.allOf(Damage.class);

  /** What docs/operations.md says is not seen, and why nothing tells of it. */
  private static final Map<String, Set<Damage>> UNSEEN = new TreeMap<>();

  static {
    // Secrets of the right length: nothing else in the directory tells them from others.
    for (String key :
        List.of("credential.key", "load.key", "load-other.key", "evaluator-1.sealed")) {
      UNSEEN.put(key, EnumSet.of(Damage.FLIPPED_AT_FIRST, Damage.FLIPPED, Damage.ROLLED_BACK));
    }
    UNSEEN.put(
        "platform/fuse-key",
        EnumSet.of(Damage.FLIPPED_AT_FIRST, Damage.FLIPPED, Damage.ROLLED_BACK));
    UNSEEN.put("platform/pki", EnumSet.of(Damage.FLIPPED, Damage.ROLLED_BACK));
    UNSEEN.put("evaluator-1.public", EnumSet.of(Damage.ROLLED_BACK));
    // The last half tells who accounts are, and has to be that of the other one.
    UNSEEN.put(
        "credential-other.key",
        EnumSet.of(Damage.FLIPPED_AT_FIRST, Damage.DELETED, Damage.ROLLED_BACK));
    UNSEEN.get("credential.key").remove(Damage.FLIPPED);
    // What may come and go.
    UNSEEN.get("load-other.key").add(Damage.DELETED);
    UNSEEN.put("registrations-1.db-wal", EnumSet.of(Damage.DELETED, Damage.EMPTIED));
    // Whole files of an earlier time.
    UNSEEN.put("deployment", EnumSet.of(Damage.ROLLED_BACK));
    UNSEEN.put("ledgers.db", EnumSet.of(Damage.ROLLED_BACK));
    // Costs time only.
    UNSEEN.put("snapshot-1.sealed", EnumSet.of(Damage.FLIPPED, Damage.DELETED));
    // What is made anew, or says nothing.
    UNSEEN.put("registrations-1.db-shm", EnumSet.complementOf(EnumSet.of(Damage.OPENED_TO_OTHERS)));
    UNSEEN.put("serve.lock", ALL);
    UNSEEN.put("platform/lock", ALL);
  }

  private Path template;
  private Path earlier;

  @BeforeAll
  void install(@TempDir Path temp) throws Exception {
    template = temp.resolve("template");
    DataDirectory directory = InstalledDirectory.blinded(template, 300);
    earlier = temp.resolve("earlier");
    InstalledDirectory.copy(template, earlier);
    InstalledDirectory.register(directory.registrations(1), 301, 600);
    snapshot(directory);
    InstalledDirectory.registerAndCrash(directory.registrations(1), 601, 700);
  }

  private static void snapshot(DataDirectory directory) throws Exception {
    try (RegistrationStore store = RegistrationStore.sqlite(directory.registrations(1))) {
      InstalledDirectory.write(directory.snapshot(1), Snapshots.of(store, 1000));
    }
  }

  private List<String> files() throws IOException {
    try (Stream<Path> files = Files.walk(template)) {
      return files
          .filter(Files::isRegularFile)
          .map(file -> template.relativize(file).toString())
          .sorted()
          .toList();
    }
  }

  Stream<Arguments> damages() throws IOException {
    return files().stream()
        .flatMap(
            file ->
                ALL.stream()
                    .filter(damage -> isPossible(file, damage))
                    .map(damage -> Arguments.of(file, damage)));
  }

  private boolean isPossible(String file, Damage damage) {
    return switch (damage) {
      case FLIPPED_AT_FIRST -> template.resolve(file).toFile().length() > 0;
      // What is in the middle of a store is a matter of chance: see FlippedBitsTest.
      case FLIPPED ->
          !file.equals("registrations-1.db") && template.resolve(file).toFile().length() > 0;
      case ROLLED_BACK -> Files.exists(earlier.resolve(file));
      default -> true;
    };
  }

  @Test
  void aWholeDirectoryHasNoFindingsAndIsNotChanged() throws Exception {
    Map<String, byte[]> before = contents(template);
    assertThat(DirectoryInspection.of(DataDirectory.existing(template), true))
        .allSatisfy(finding -> assertThat(finding.result()).isEqualTo(Finding.Result.OK))
        .extracting(Finding::file)
        .contains("deployment", "registrations-1.db", "ledgers.db", "snapshot-1.sealed");
    assertThat(contents(template)).containsExactlyEntriesOf(before);
    assertThat(before).containsKey("registrations-1.db-wal");
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

  @ParameterizedTest
  @MethodSource("damages")
  void damageIsNamedOrDocumentedNotToBe(String name, Damage damage, @TempDir Path folder)
      throws Exception {
    Path copy = folder.resolve("data");
    InstalledDirectory.copy(template, copy);
    damage(copy.resolve(name), earlier.resolve(name), damage);
    List<Finding> findings = DirectoryInspection.of(DataDirectory.existing(copy), true);
    // A log is part of the file that it lies beside.
    String subject = name.replaceFirst("-wal$", "");
    boolean named =
        findings.stream()
            .filter(finding -> finding.result() != Finding.Result.OK)
            .anyMatch(finding -> finding.file().startsWith(subject));
    assertThat(named)
        .as("%s %s: %s", name, damage, findings)
        .isNotEqualTo(UNSEEN.getOrDefault(name, Set.of()).contains(damage));
  }

  private static void flip(Path file, byte[] content, int at) throws IOException {
    content[at] ^= (byte) 0x80;
    Files.write(file, content);
  }

  private static void damage(Path file, Path earlier, Damage damage) throws IOException {
    byte[] content = Files.readAllBytes(file);
    switch (damage) {
      case CUT -> Files.write(file, Arrays.copyOf(content, content.length / 2));
      case EMPTIED -> Files.write(file, new byte[0]);
      case DELETED -> Files.delete(file);
      case FLIPPED_AT_FIRST -> flip(file, content, 0);
      case FLIPPED -> flip(file, content, content.length / 2);
      case ROLLED_BACK -> Files.write(file, Files.readAllBytes(earlier));
      case OPENED_TO_OTHERS ->
          Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
    }
  }
}
