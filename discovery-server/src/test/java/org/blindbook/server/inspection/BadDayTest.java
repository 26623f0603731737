package org.blindbook.server.inspection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.commons.codec.digest.DigestUtils;
import org.blindbook.server.JavaProcess;
import org.blindbook.server.inspection.Finding.Result;
import org.blindbook.server.installation.DataDirectory;
import org.blindbook.server.installation.OperatorException;
import org.blindbook.server.recovery.InstalledDirectory;
import org.blindbook.server.registrations.RegistrationBatch;
import org.blindbook.server.registrations.RegistrationStore;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What operators do to a data directory in a hurry, and what a look at it says then. */
class BadDayTest {
  @TempDir Path temp;
  private DataDirectory directory;
  private Path store;
  private Path log;
  private Path index;

  @BeforeEach
  void install() throws Exception {
    directory = InstalledDirectory.blinded(temp.resolve("data"), 300);
    store = directory.registrations(1);
    log = directory.root().resolve("registrations-1.db-wal");
    index = directory.root().resolve("registrations-1.db-shm");
    try (RegistrationStore open = RegistrationStore.sqlite(store)) {
      InstalledDirectory.write(directory.snapshot(1), Snapshots.of(open, 5000));
    }
  }

  private List<Finding> look(boolean full) throws OperatorException {
    return DirectoryInspection.of(directory, full);
  }

  private List<Finding> notWell() throws OperatorException {
    return look(false).stream().filter(finding -> finding.result() != Result.OK).toList();
  }

  private static void move(Path from, Path to) throws IOException {
    Files.move(from, to, StandardCopyOption.REPLACE_EXISTING);
  }

  @Test
  void aLostStoreBesideItsSnapshotIsNamed() throws Exception {
    Files.delete(store);
    assertThat(notWell())
        .singleElement()
        .satisfies(
            finding -> {
              assertThat(finding.file()).isEqualTo("registrations-1.db");
              assertThat(finding.result()).isEqualTo(Result.PROBLEM);
              assertThat(finding.remedy()).contains("before a server starts", "snapshot");
            });
  }

  @Test
  void aStoreOfNoBytesIsNoEmptyStore() throws Exception {
    Files.write(store, new byte[0]);
    assertThat(notWell())
        .singleElement()
        .isEqualTo(
            Finding.problem(
                "registrations-1.db",
                "empty, cut off, or no database",
                "Restore it: blindbook restore."));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 10})
  void anotherStoreBesideAGoodSnapshotIsNamed(int registered) throws Exception {
    Files.delete(store);
    InstalledDirectory.register(store, 1, registered);
    assertThat(notWell())
        .singleElement()
        .satisfies(
            finding -> {
              assertThat(finding.file()).isEqualTo("snapshot-1.sealed");
              assertThat(finding.result()).isEqualTo(Result.PROBLEM);
              assertThat(finding.what()).contains("of another store");
            });
  }

  /** Its sequence number is beyond the snapshot's by then, which alone would say that they fit. */
  @Test
  void anOlderStoreWithALoadOnTopBesideANewerSnapshotIsNamed() throws Exception {
    Path copy = temp.resolve("copy.db");
    Files.copy(store, copy);
    InstalledDirectory.register(store, 301, 310);
    try (RegistrationStore open = RegistrationStore.sqlite(store)) {
      InstalledDirectory.write(directory.snapshot(1), Snapshots.of(open, 5000));
    }
    assertThat(notWell()).isEmpty();
    move(copy, store);
    InstalledDirectory.register(store, 1_001, 1_100);
    assertThat(notWell())
        .singleElement()
        .satisfies(
            finding -> {
              assertThat(finding.file()).isEqualTo("snapshot-1.sealed");
              assertThat(finding.what()).contains("later state");
              assertThat(finding.remedy()).contains("loaded again");
            });
  }

  @Test
  void aSnapshotOfBeforeACompactionCostsTimeOnly() throws Exception {
    try (RegistrationStore open = RegistrationStore.sqlite(store)) {
      RegistrationBatch batch = new RegistrationBatch();
      open.visitRegistered((key, account) -> batch.delete(key));
      open.apply(batch);
      assertThat(open.compact(Long.MAX_VALUE, 1000)).isPositive();
    }
    assertThat(notWell())
        .singleElement()
        .satisfies(
            finding -> {
              assertThat(finding.file()).isEqualTo("snapshot-1.sealed");
              assertThat(finding.result()).isEqualTo(Result.NOTE);
              assertThat(finding.what()).contains("before the last compaction");
              assertThat(finding.remedy()).contains("costs time only");
            });
  }

  /** The documented copy of before, put back beside the log of what came after. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void anOlderStoreBesideALaterLogIsNamed(boolean withIndex) throws Exception {
    Path copy = temp.resolve("copy.db");
    Files.copy(store, copy);
    InstalledDirectory.register(store, 301, 3_000);
    InstalledDirectory.registerAndCrash(store, 3_001, 3_100);
    move(copy, store);
    if (!withIndex) {
      Files.delete(index);
    }
    assertThat(notWell()).anySatisfy(f -> assertThat(f.result()).isEqualTo(Result.PROBLEM));
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void anOlderLogBesideTheStoreIsNamed(boolean withIndex) throws Exception {
    InstalledDirectory.registerAndCrash(store, 301, 310);
    Path kept = temp.resolve("kept-wal");
    Files.copy(log, kept);
    Path keptIndex = temp.resolve("kept-shm");
    Files.copy(index, keptIndex);
    InstalledDirectory.register(store, 311, 320);
    move(kept, log);
    if (withIndex) {
      move(keptIndex, index);
    }
    assertThat(notWell())
        .extracting(Finding::file, Finding::what)
        .contains(tuple("registrations-1.db-wal", "an older log than the store beside it"));
  }

  @Test
  void theLogOfAnotherStoreIsNamed() throws Exception {
    Path other = temp.resolve("other.db");
    InstalledDirectory.registerAndCrash(other, 1_001, 1_500);
    move(temp.resolve("other.db-wal"), log);
    assertThat(notWell())
        .contains(
            Finding.problem(
                "registrations-1.db-wal",
                "the log of another store",
                "With it the store is read wrongly: restore a backup; or move the log away if the"
                    + " store alone is what you want."));
  }

  @Test
  void aLogWithoutItsIndexIsReadAndBothStayAsTheyAre() throws Exception {
    InstalledDirectory.registerAndCrash(store, 301, 400);
    Files.delete(index);
    Map<String, String> before = digests();
    assertThat(look(true)).extracting(Finding::what).contains("400 registered, up to sequence 400");
    assertThat(digests()).isEqualTo(before);
  }

  private Map<String, String> digests() throws IOException {
    Map<String, String> digests = new TreeMap<>();
    try (Stream<Path> files = Files.walk(directory.root())) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        digests.put(
            directory.root().relativize(file).toString(),
            DigestUtils.sha256Hex(Files.readAllBytes(file)));
      }
    }
    return digests;
  }

  @Test
  void looksBesideAWriterWithoutAChange() throws Exception {
    try (JavaProcess writer =
        JavaProcess.start(InstalledDirectory.Crashing.class, store.toString(), "301", "350")) {
      assertThat(writer.line()).isEqualTo("written");
      Map<String, String> before = digests();
      assertThat(look(true)).allSatisfy(f -> assertThat(f.result()).isEqualTo(Result.OK));
      assertThat(look(true))
          .extracting(Finding::what)
          .contains("350 registered, up to sequence 350");
      assertThat(digests()).isEqualTo(before);
    }
  }

  @Test
  void ledgersMayBeInARedis() throws Exception {
    Files.delete(directory.ledgers());
    assertThat(notWell()).extracting(Finding::file).containsExactly("ledgers.db");
    InstalledDirectory.write(
        directory.ledgersRedis(), "5f0c7d52-5a4e-4d0c-9a3f-0b6a5b1c2d3e".getBytes());
    assertThat(notWell()).isEmpty();
    InstalledDirectory.write(directory.ledgersRedis(), "5f0c7d52".getBytes());
    assertThat(notWell()).extracting(Finding::file).containsExactly("ledgers.redis");
  }

  @Test
  void anEpochThatHasBegunMayHaveNoKeyUntilSomethingIsLoaded() throws Exception {
    InstalledDirectory.write(
        directory.deployment(),
        "mode=blinded\nrole=both\nepoch=1\nepochs.begun=2\nepoch.1=\nepoch.2=\n".getBytes());
    InstalledDirectory.register(directory.registrations(2), 1, 0);
    assertThat(notWell())
        .containsExactly(
            Finding.note("evaluator-2.sealed", "not made yet", "The next start makes it."));
    InstalledDirectory.register(directory.registrations(2), 1, 1);
    assertThat(notWell())
        .extracting(Finding::file, Finding::result)
        .containsExactly(
            tuple("evaluator-2.sealed", Result.PROBLEM),
            tuple("evaluator-2.public", Result.PROBLEM));
  }

  @Test
  void registrationsMayBeInAPostgres() throws Exception {
    Files.delete(store);
    Files.delete(directory.snapshot(1));
    InstalledDirectory.write(
        directory.registrationsAddress(), "postgresql://user@db.example/users\n".getBytes());
    assertThat(notWell()).isEmpty();
    assertThat(look(false)).extracting(Finding::what).anyMatch(w -> w.contains("db.example"));
    InstalledDirectory.write(directory.registrationsAddress(), "postgresql".getBytes());
    assertThat(notWell()).extracting(Finding::file).containsExactly("registrations.postgresql");
  }

  @Test
  void whatIsLeftOverIsNamedAndOfNoConsequence() throws Exception {
    Path root = directory.root();
    for (String name :
        List.of(".snapshot-1.sealed.draft", "registrations-2.db", "evaluator-2.sealed")) {
      InstalledDirectory.write(root.resolve(name), new byte[10]);
    }
    assertThat(notWell())
        .allSatisfy(finding -> assertThat(finding.result()).isEqualTo(Result.NOTE))
        .hasSize(3);
    InstalledDirectory.write(root.resolve("other.db-wal"), new byte[10]);
    assertThat(notWell()).extracting(Finding::result).contains(Result.PROBLEM);
  }

  @Test
  void whereNothingIsNothingCanBeChecked() throws Exception {
    DataDirectory empty = DataDirectory.open(temp.resolve("empty"));
    InstalledDirectory.write(empty.serveLock(), new byte[0]);
    assertThatThrownBy(() -> DirectoryInspection.of(empty, false))
        .isInstanceOf(OperatorException.class)
        .hasMessageContaining("is empty");
    assertThatThrownBy(() -> DataDirectory.existing(temp.resolve("absent")))
        .isInstanceOf(OperatorException.class)
        .hasMessageContaining("does not exist");
  }

  @Test
  void withoutItsDeploymentTheStoresAreLookedAtAllTheSame() throws Exception {
    Files.delete(directory.deployment());
    assertThat(look(false))
        .extracting(Finding::file, Finding::result)
        .contains(tuple("deployment", Result.PROBLEM), tuple("registrations-1.db", Result.OK));
  }
}
