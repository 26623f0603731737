package org.blindbook.server.enclavehost;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.blindbook.protocol.calls.CallError;
import org.blindbook.protocol.calls.EnclaveCalls.Stats;
import org.blindbook.protocol.lookup.LookupCalls.TableState;
import org.blindbook.protocol.lookup.Update;
import org.blindbook.protocol.message.Claims;
import org.blindbook.server.enclavehost.EnclaveStatus.Phase;
import org.blindbook.server.registrations.RegistrationBatch;
import org.blindbook.server.registrations.RegistrationStore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(30)
class EnclaveSupervisorTest {
  private static final Duration NEVER = Duration.ofDays(1);
  private static final Duration TWO_SECONDS = Duration.ofSeconds(2);
  private static final int WRITTEN_MEANWHILE = 12;

  @TempDir Path folder;
  private final AtomicInteger gone = new AtomicInteger();
  private RegistrationStore store;
  private ScriptedLauncher<ScriptedLookup, LookupConnection> launcher;
  private EnclaveSupervisor<LookupConnection> supervisor;

  @BeforeEach
  void openStore() throws Exception {
    store = RegistrationStore.sqlite(folder.resolve("registrations.db"));
  }

  @AfterEach
  void stop() throws Exception {
    if (supervisor != null) {
      supervisor.stop(TWO_SECONDS);
    }
    store.close();
  }

  private Path snapshot() {
    return folder.resolve("snapshot.sealed");
  }

  private static byte[] key(int number) {
    return ByteBuffer.allocate(16).putInt(number).array();
  }

  private static byte[] account(int number) {
    return ByteBuffer.allocate(16).putInt(12, number + 1).array();
  }

  private volatile Instant now = Instant.parse("2026-11-22T12:00:00Z");
  private final InstantSource clock = () -> now;

  private void register(int from, int to) throws Exception {
    RegistrationBatch batch = new RegistrationBatch();
    for (int i = from; i < to; i++) {
      batch.register(key(i), account(i));
    }
    store.apply(batch);
  }

  private void delete(int number) throws Exception {
    RegistrationBatch batch = new RegistrationBatch();
    batch.delete(key(number));
    store.apply(batch);
  }

  private ScriptedLookup start(Duration snapshots, Supplier<ScriptedLookup> enclaves)
      throws Exception {
    launch(snapshots, enclaves);
    assertThat(supervisor.awaitReady()).isEqualTo(ScriptedLauncher.MEASUREMENT);
    return launcher.latest();
  }

  private ScriptedLookup start() throws Exception {
    return start(NEVER, ScriptedLookup::new);
  }

  private void launch(Duration snapshots, Supplier<ScriptedLookup> enclaves) throws Exception {
    supervise(new ScriptedLauncher<>(enclaves, LookupConnection::connect), snapshots);
  }

  private void supervise(
      ScriptedLauncher<ScriptedLookup, LookupConnection> scripted, Duration snapshots) {
    launcher = scripted;
    supervise((EnclaveLauncher<LookupConnection>) scripted, snapshots);
  }

  private void supervise(EnclaveLauncher<LookupConnection> by, Duration snapshots) {
    supervisor =
        new EnclaveSupervisor<>(
            EnclaveRole.LOOKUP,
            by,
            LookupDuty.of(store, snapshot(), snapshots, policy -> {}),
            clock,
            gone::incrementAndGet);
    supervisor.start();
  }

  /** Launches by another the first time, then enclaves that work. */
  private static EnclaveLauncher<LookupConnection> mendedAfter(
      EnclaveLauncher<LookupConnection> first) throws IOException {
    ScriptedLauncher<ScriptedLookup, LookupConnection> mended =
        new ScriptedLauncher<>(ScriptedLookup::new, LookupConnection::connect);
    AtomicInteger attempts = new AtomicInteger();
    return () -> attempts.incrementAndGet() == 1 ? first.launch() : mended.launch();
  }

  /** Stops with time for a snapshot even on a machine that is busy with other things. */
  private void stopNow() throws Exception {
    supervisor.stop(Duration.ofSeconds(60));
    supervisor = null;
  }

  @Test
  void theEnclaveHasTheWholeStoreBeforeAnybodyIsAdmitted() throws Exception {
    int users = 2 * Update.MAX_ENTRIES + 5;
    register(0, users);
    ScriptedLookup enclave = start();
    assertThat(enclave.table).hasSize(users);
    assertThat(enclave.table.get(ByteBuffer.wrap(key(users - 1))))
        .isEqualTo(ByteBuffer.wrap(account(users - 1)));
    assertThat(enclave.updates).isEqualTo(3);
    assertThat(supervisor.status().table().lag()).isZero();
    assertThat(supervisor.serving()).isPresent();
  }

  @Test
  void whatIsWrittenWhileEvidenceIsMadeIsThereBeforeAnybodyIsAdmitted() throws Exception {
    ScriptedLookup enclave =
        start(
            NEVER,
            () ->
                new ScriptedLookup() {
                  @Override
                  protected Claims claims() {
                    writeMeanwhile();
                    return super.claims();
                  }
                });
    assertThat(enclave.table).hasSize(WRITTEN_MEANWHILE);
  }

  @Test
  void whatIsWrittenWhileTheEnclaveTellsHowItIsIsThereBeforeAnybodyIsAdmitted() throws Exception {
    ScriptedLookup enclave =
        start(
            NEVER,
            () ->
                new ScriptedLookup() {
                  @Override
                  protected CompletionStage<Stats> stats() {
                    writeMeanwhile();
                    return super.stats();
                  }
                });
    assertThat(enclave.table).hasSize(WRITTEN_MEANWHILE);
  }

  @Test
  void nobodyIsAdmittedWhenMoreThanOneUpdateIsWrittenWhileEvidenceIsMade() throws Exception {
    int most = Update.MAX_ENTRIES;
    ScriptedLookup enclave =
        start(
            NEVER,
            () ->
                new ScriptedLookup() {
                  @Override
                  protected Claims claims() {
                    write(0, most + 1);
                    return super.claims();
                  }
                });
    assertThat(enclave.table).hasSize(most + 1);
  }

  /** Another process registers while the supervisor waits for an answer of the enclave. */
  private void writeMeanwhile() {
    write(0, WRITTEN_MEANWHILE);
  }

  private void write(int from, int to) {
    try {
      register(from, to);
    } catch (Exception e) {
      throw new IllegalStateException("the store takes no batch", e);
    }
  }

  @Test
  void changesReachTheEnclaveWithinTwoSeconds() throws Exception {
    ScriptedLookup enclave = start();
    register(0, 3);
    await().atMost(TWO_SECONDS).until(() -> enclave.table.size() == 3);
    delete(1);
    await().atMost(TWO_SECONDS).until(() -> enclave.table.size() == 2);
    await().atMost(TWO_SECONDS).until(() -> supervisor.status().table().registrations() == 2);
  }

  @Test
  void evidenceIsRenewedUnaskedAndHealthSaysWhenThatFails() throws Exception {
    ScriptedLookup enclave = start();
    await().until(() -> supervisor.status().phase() == Phase.READY);
    int asked = enclave.offers;
    assertThat(asked).isPositive();
    enclave.evidence = false;
    now = now.plus(EvidenceWatch.EVERY);
    await().until(() -> supervisor.status().phase() == Phase.NO_EVIDENCE);
    assertThat(enclave.offers).isGreaterThan(asked);
    assertThat(supervisor.serving()).isPresent();
    enclave.evidence = true;
    now = now.plus(EvidenceWatch.EVERY);
    await().until(() -> supervisor.status().phase() == Phase.READY);
  }

  @Test
  void healthSaysADayAheadThatCollateralWasNotRenewed() throws Exception {
    ScriptedLauncher<ScriptedLookup, LookupConnection> expiring =
        new ScriptedLauncher<>(ScriptedLookup::new, LookupConnection::connect);
    expiring.collateralValidUntil = Optional.of(now.plus(Duration.ofDays(3)));
    supervise(expiring, NEVER);
    supervisor.awaitReady();
    await().until(() -> supervisor.status().phase() == Phase.READY);
    now = now.plus(Duration.ofDays(2)).plusSeconds(1);
    await().until(() -> supervisor.status().phase() == Phase.COLLATERAL_EXPIRING);
    assertThat(supervisor.status().serving()).isTrue();
  }

  @Test
  void nobodyIsAdmittedWhileTheEnclaveWarmsUp() throws Exception {
    ScriptedLookup cold = new ScriptedLookup();
    cold.ready = false;
    launch(NEVER, () -> cold);
    await().until(() -> supervisor.status().phase() == Phase.WARMING_UP);
    assertThat(supervisor.serving()).isEmpty();
    cold.ready = true;
    supervisor.awaitReady();
    assertThat(supervisor.serving()).isPresent();
    cold.ready = false; // compiled code was thrown away
    await().until(() -> supervisor.serving().isEmpty());
  }

  @Test
  void anEnclaveThatDiesIsReplacedByOneThatHasEverything() throws Exception {
    register(0, 10);
    ScriptedLookup first = start();
    launcher.kill();
    await().until(() -> launcher.launched.size() == 2 && supervisor.serving().isPresent());
    assertThat(gone).hasValue(1);
    assertThat(launcher.latest()).isNotSameAs(first);
    assertThat(launcher.latest().table).hasSize(10);
    register(10, 11);
    await().atMost(TWO_SECONDS).until(() -> launcher.latest().table.size() == 11);
  }

  @Test
  void aCleanStopWritesASnapshotFromWhichTheNextStartCatchesUp() throws Exception {
    register(0, 100);
    start();
    stopNow();
    assertThat(snapshot()).exists();
    register(100, 103);
    ScriptedLookup restored = start();
    assertThat(restored.table).hasSize(103);
    assertThat(restored.updates).as("updates after the snapshot").isEqualTo(1);
  }

  @Test
  void anIdleEnclaveWritesNoSecondSnapshot() throws Exception {
    register(0, 100);
    start();
    stopNow();
    var written = Files.getLastModifiedTime(snapshot());
    start();
    stopNow();
    assertThat(Files.getLastModifiedTime(snapshot())).isEqualTo(written);
  }

  @Test
  void snapshotsAreWrittenWhileServing() throws Exception {
    register(0, 100);
    start(Duration.ofMillis(1), ScriptedLookup::new);
    await().until(() -> Files.exists(snapshot()));
    launcher.kill();
    await().until(() -> launcher.launched.size() == 2 && supervisor.serving().isPresent());
    assertThat(launcher.latest().table).hasSize(100);
    assertThat(launcher.latest().updates).isZero();
  }

  /** In what says what the file is; the store; the checkpoint, twice; a chunk. */
  @ParameterizedTest
  @ValueSource(ints = {0, 20, 47, 60, 120})
  void aSnapshotThatWasDamagedIsDiscarded(int at) throws Exception {
    register(0, 100);
    start();
    stopNow();
    byte[] bytes = Files.readAllBytes(snapshot());
    bytes[at] ^= 1;
    Files.write(snapshot(), bytes);
    ScriptedLookup enclave = start();
    assertThat(enclave.table).hasSize(100);
    assertThat(enclave.updates).isEqualTo(1);
    assertThat(snapshot()).doesNotExist();
  }

  @Test
  void anEmptyFileIsNoSnapshot() throws Exception {
    register(0, 100);
    Files.createFile(snapshot());
    assertThat(start().table).hasSize(100);
    assertThat(snapshot()).doesNotExist();
  }

  /** It is stopped while it restores; or the snapshot is what ends it. */
  @Test
  void aSnapshotOutlivesOneEnclaveThatEndsWhileItRestoresAndNoSecond() throws Exception {
    register(0, 100);
    start();
    stopNow();
    AtomicInteger before = new AtomicInteger();
    start(NEVER, () -> before.getAndIncrement() < 1 ? new EndsRestoring() : new ScriptedLookup());
    assertThat(launcher.latest().updates).as("from the snapshot").isZero();
    assertThat(snapshot()).exists();
    supervisor.stop(TWO_SECONDS);
    before.set(0);
    start(NEVER, () -> before.getAndIncrement() < 2 ? new EndsRestoring() : new ScriptedLookup());
    assertThat(launcher.latest().updates).as("from the store").isEqualTo(1);
    assertThat(snapshot()).doesNotExist();
  }

  /** Is killed when it gets a part of the snapshot. */
  private final class EndsRestoring extends ScriptedLookup {
    @Override
    protected CompletionStage<TableState> restore(byte[] chunk) {
      try {
        launcher.kill();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      return new CompletableFuture<>();
    }
  }

  @Test
  void noPartOfASnapshotThatWasCutOffReachesTheEnclave() throws Exception {
    register(0, 100);
    start();
    stopNow();
    byte[] bytes = Files.readAllBytes(snapshot());
    Files.write(snapshot(), java.util.Arrays.copyOf(bytes, bytes.length - 4));
    ScriptedLookup noRestore =
        new ScriptedLookup() {
          @Override
          protected synchronized CompletionStage<TableState> restore(byte[] chunk) {
            throw new AssertionError("a damaged snapshot was handed in");
          }
        };
    ScriptedLookup enclave = start(NEVER, () -> noRestore);
    assertThat(enclave.table).hasSize(100);
  }

  private Path database() {
    return folder.resolve("registrations.db");
  }

  private byte[] backup() throws Exception {
    store.close();
    byte[] backup = Files.readAllBytes(database());
    store = RegistrationStore.sqlite(database());
    return backup;
  }

  private void putBack(byte[] backup) throws Exception {
    store.close();
    Files.write(database(), backup);
    store = RegistrationStore.sqlite(database());
  }

  @Test
  void aStoreOlderThanTheSnapshotWins() throws Exception {
    register(0, 1);
    byte[] backup = backup();
    register(0, 100);
    start();
    stopNow();
    putBack(backup);
    assertThat(start().table).hasSize(1);
  }

  /** By its numbers the store is newer than the snapshot. */
  @Test
  void aStoreThatWasPutBackAndLoadedSinceWins() throws Exception {
    register(0, 1);
    byte[] backup = backup();
    register(1, 100);
    start();
    stopNow();
    putBack(backup);
    register(200, 400);
    ScriptedLookup enclave = start();
    assertThat(enclave.table.size()).isEqualTo(201);
    assertThat(enclave.table.get(ByteBuffer.wrap(key(50)))).isNull();
    assertThat(snapshot()).doesNotExist();
  }

  @Test
  void aCopyOfTheStoreFromAfterTheSnapshotGoesOnFromIt() throws Exception {
    register(0, 100);
    start();
    stopNow();
    byte[] backup = backup();
    register(100, 200);
    putBack(backup);
    register(300, 302);
    ScriptedLookup enclave = start();
    assertThat(enclave.table).hasSize(102);
    assertThat(enclave.updates).as("updates after the snapshot").isEqualTo(1);
  }

  /** What its name promises holds before there is a snapshot that bears it. */
  @Test
  void theStoreHasTheCheckpointBeforeTheSnapshotIsThere() throws Exception {
    register(0, 100);
    AtomicInteger checkpoints = new AtomicInteger();
    start(
        NEVER,
        () ->
            new ScriptedLookup() {
              @Override
              protected synchronized CompletionStage<byte[]> snapshot(int chunk) {
                checkpoints.set(checkpointsInTheStore());
                return super.snapshot(chunk);
              }
            });
    stopNow();
    assertThat(checkpoints).hasValue(1);
  }

  private int checkpointsInTheStore() {
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + database());
        ResultSet count =
            connection.createStatement().executeQuery("SELECT count(*) FROM checkpoints")) {
      return count.getInt(1);
    } catch (SQLException e) {
      throw new IllegalStateException("the store does not tell its checkpoints", e);
    }
  }

  @Test
  void theSnapshotOfAnotherStoreIsDiscarded() throws Exception {
    register(0, 1);
    start();
    stopNow();
    store.close();
    store = RegistrationStore.sqlite(folder.resolve("other.db"));
    register(1, 10);
    ScriptedLookup enclave = start();
    assertThat(enclave.table).hasSize(9).doesNotContainKey(ByteBuffer.wrap(key(0)));
  }

  /** The restore would take its time, and then nobody would say who has left. */
  @Test
  void aSnapshotThatTheStoreWasCompactedPastIsNotRestored() throws Exception {
    register(0, 100);
    start();
    stopNow();
    delete(5);
    register(100, 101);
    assertThat(store.compact(Long.MAX_VALUE, 100)).isEqualTo(1);
    AtomicInteger restored = new AtomicInteger();
    ScriptedLookup enclave =
        start(
            NEVER,
            () ->
                new ScriptedLookup() {
                  @Override
                  protected synchronized CompletionStage<TableState> restore(byte[] chunk) {
                    restored.incrementAndGet();
                    return super.restore(chunk);
                  }
                });
    assertThat(restored).as("chunks of a snapshot that is of no use").hasValue(0);
    assertThat(enclave.table).hasSize(100).doesNotContainKey(ByteBuffer.wrap(key(5)));
    register(101, 102);
    await().until(() -> enclave.table.size() == 101);
    stopNow();
    ScriptedLookup next = start();
    assertThat(next.updates).as("its own snapshot is of use").isZero();
    assertThat(next.table).hasSize(101);
  }

  @Test
  void anUpdateBetweenTwoChunksCostsTheNewSnapshotOnly() throws Exception {
    register(0, 100);
    start();
    stopNow();
    byte[] old = Files.readAllBytes(snapshot());
    register(100, 101);
    ScriptedLookup stale =
        new ScriptedLookup() {
          @Override
          protected synchronized CompletionStage<byte[]> snapshot(int chunk) {
            return chunk < 2 ? super.snapshot(chunk) : refused(CallError.SNAPSHOT_STALE);
          }
        };
    start(NEVER, () -> stale);
    stopNow();
    assertThat(snapshot()).hasBinaryContent(old);
    try (var files = Files.list(folder)) {
      assertThat(files.filter(f -> f.toString().endsWith(".draft"))).isEmpty();
    }
  }

  @Test
  void aFullTableGoesOnServingAndSaysSo() throws Exception {
    ScriptedLookup enclave = start();
    enclave.updateError = CallError.TABLE_FULL;
    register(0, 1);
    await().until(() -> supervisor.status().phase() == Phase.TABLE_FULL);
    assertThat(supervisor.serving()).isPresent();
    assertThat(supervisor.status().table().lag()).isPositive();
  }

  @Test
  void anUpdateIsRepeatedWhileTheEnclaveIsNotReadyForIt() throws Exception {
    ScriptedLookup enclave = start();
    enclave.updateError = CallError.NOT_READY;
    register(0, 1);
    Thread.sleep(500);
    assertThat(enclave.table).isEmpty();
    enclave.updateError = null;
    await().atMost(TWO_SECONDS).until(() -> enclave.table.size() == 1);
    assertThat(launcher.launched).hasSize(1);
  }

  @Test
  void anEnclaveThatCannotBeLaunchedEndsTheStart() throws Exception {
    supervise(
        () -> {
          throw new EnclaveStartException("There is no platform.");
        },
        NEVER);
    assertThatThrownBy(supervisor::awaitReady)
        .isInstanceOf(EnclaveStartException.class)
        .hasMessage("There is no platform.");
  }

  @Test
  void anEnclaveThatCouldNotBeLaunchedIsTriedAgain() throws Exception {
    supervise(
        mendedAfter(
            () -> {
              throw new EnclaveStartException("There is no platform.");
            }),
        NEVER);
    assertThatThrownBy(supervisor::awaitReady).hasMessage("There is no platform.");
    await().until(() -> supervisor.serving().isPresent());
  }

  @Test
  void aDefectEndsOneEnclaveAndNotItsSupervisor() throws Exception {
    supervise(
        mendedAfter(
            () -> {
              throw new ArithmeticException("a defect");
            }),
        NEVER);
    supervisor.awaitReady();
    assertThat(supervisor.serving()).isPresent();
  }

  @Test
  void anEnclaveThatNeverComesUpEndsTheStart() throws Exception {
    launch(
        NEVER,
        () ->
            new ScriptedLookup() {
              @Override
              protected CompletionStage<Stats> stats() {
                return refused(CallError.BAD_CALL);
              }
            });
    assertThatThrownBy(supervisor::awaitReady)
        .isInstanceOf(EnclaveStartException.class)
        .hasMessageContaining("3 times");
  }

  /** A port that is taken is found while the platform starts, and the operator waits. */
  @Test
  void stoppingDoesNotWaitForALaunch() throws Exception {
    CountDownLatch launching = new CountDownLatch(1);
    supervise(
        () -> {
          launching.countDown();
          Thread.sleep(Duration.ofMinutes(1));
          throw new EnclaveStartException("Nobody stopped it.");
        },
        NEVER);
    launching.await();
    assertThat(CompletableFuture.runAsync(() -> supervisor.stop(Duration.ofMinutes(1))))
        .succeedsWithin(TWO_SECONDS);
    assertThat(supervisor.status().phase()).isEqualTo(Phase.STOPPED);
  }

  @Test
  void stoppingDoesNotWaitForAnEnclaveThatHangs() throws Exception {
    ScriptedLookup hanging =
        new ScriptedLookup() {
          @Override
          protected synchronized CompletionStage<byte[]> snapshot(int chunk) {
            return new CompletableFuture<>();
          }
        };
    register(0, 1);
    start(NEVER, () -> hanging);
    long start = System.nanoTime();
    supervisor.stop(Duration.ofMillis(500));
    supervisor = null;
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(TWO_SECONDS);
  }
}
