package org.blindbook.server.enclavehost;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.blindbook.server.registrations.RegistrationBatch;
import org.blindbook.server.registrations.RegistrationStore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A supervisor of scripted lookup enclaves on a store of its own, for one test. */
abstract class SupervisedLookup {
  static final Duration NEVER = Duration.ofDays(1);
  static final Duration TWO_SECONDS = Duration.ofSeconds(2);

  @TempDir Path folder;
  final AtomicInteger gone = new AtomicInteger();
  RegistrationStore store;
  ScriptedLauncher<ScriptedLookup, LookupConnection> launcher;
  EnclaveSupervisor<LookupConnection> supervisor;

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

  Path snapshot() {
    return folder.resolve("snapshot.sealed");
  }

  static byte[] key(int number) {
    return ByteBuffer.allocate(16).putInt(number).array();
  }

  static byte[] account(int number) {
    return ByteBuffer.allocate(16).putInt(12, number + 1).array();
  }

  volatile Instant now = Instant.parse("2026-11-22T12:00:00Z");
  private final InstantSource clock = () -> now;

  void register(int from, int to) throws Exception {
    RegistrationBatch batch = new RegistrationBatch();
    for (int i = from; i < to; i++) {
      batch.register(key(i), account(i));
    }
    store.apply(batch);
  }

  void delete(int number) throws Exception {
    RegistrationBatch batch = new RegistrationBatch();
    batch.delete(key(number));
    store.apply(batch);
  }

  ScriptedLookup start(Duration snapshots, Supplier<ScriptedLookup> enclaves) throws Exception {
    launch(snapshots, enclaves);
    assertThat(supervisor.awaitReady()).isEqualTo(ScriptedLauncher.MEASUREMENT);
    return launcher.latest();
  }

  ScriptedLookup start() throws Exception {
    return start(NEVER, ScriptedLookup::new);
  }

  void launch(Duration snapshots, Supplier<ScriptedLookup> enclaves) throws Exception {
    supervise(new ScriptedLauncher<>(enclaves, LookupConnection::connect), snapshots);
  }

  void supervise(ScriptedLauncher<ScriptedLookup, LookupConnection> scripted, Duration snapshots) {
    launcher = scripted;
    supervise((EnclaveLauncher<LookupConnection>) scripted, snapshots);
  }

  void supervise(EnclaveLauncher<LookupConnection> by, Duration snapshots) {
    supervisor =
        new EnclaveSupervisor<>(
            EnclaveRole.LOOKUP,
            by,
            LookupDuty.of(store, snapshot(), snapshots, policy -> {}),
            clock,
            gone::incrementAndGet);
    supervisor.start();
  }

  /** Stops with time for a snapshot even on a machine that is busy with other things. */
  void stopNow() throws Exception {
    supervisor.stop(Duration.ofSeconds(60));
    supervisor = null;
  }
}
