package org.blindbook.server.enclavehost;

import static org.assertj.core.api.Assertions.assertThat;
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
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import org.blindbook.protocol.calls.CallError;
import org.blindbook.protocol.lookup.LookupCalls.TableState;
import org.blindbook.server.registrations.RegistrationStore;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** From one enclave to the next, through the snapshot and the store. */
@Timeout(30)
class SupervisedSnapshotsTest extends SupervisedLookup {
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
}
