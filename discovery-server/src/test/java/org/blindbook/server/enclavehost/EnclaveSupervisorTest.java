package org.blindbook.server.enclavehost;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.blindbook.protocol.calls.CallError;
import org.blindbook.protocol.calls.EnclaveCalls.Stats;
import org.blindbook.server.enclavehost.EnclaveLauncher.RunningEnclave;
import org.blindbook.server.enclavehost.EnclaveStatus.Phase;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(30)
class EnclaveSupervisorTest extends SupervisedLookup {
  /** Launches by another so many times, then enclaves that work. */
  private static EnclaveLauncher<LookupConnection> mendedAfter(
      int times, EnclaveLauncher<LookupConnection> first) throws IOException {
    ScriptedLauncher<ScriptedLookup, LookupConnection> mended =
        new ScriptedLauncher<>(ScriptedLookup::new, LookupConnection::connect);
    AtomicInteger attempts = new AtomicInteger();
    return () -> attempts.incrementAndGet() <= times ? first.launch() : mended.launch();
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
    now = now.minus(Duration.ofDays(2));
    await("a clock that was ahead").until(() -> supervisor.status().phase() == Phase.READY);
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
            1,
            () -> {
              throw new EnclaveStartException("There is no platform.");
            }),
        NEVER);
    assertThatThrownBy(supervisor::awaitReady).hasMessage("There is no platform.");
    await().until(() -> supervisor.serving().isPresent());
  }

  /** Somebody kills it, or the machine is short of memory. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void anEnclaveThatIsKilledWhileItStartsIsStartedAgain(int times) throws Exception {
    supervise(mendedAfter(times, EnclaveSupervisorTest::killed), NEVER);
    supervisor.awaitReady();
    assertThat(supervisor.serving()).isPresent();
  }

  @Test
  void nobodyWaitsForAnEnclaveThatIsKilledWheneverItStarts() throws Exception {
    supervise(mendedAfter(3, EnclaveSupervisorTest::killed), NEVER);
    assertThatThrownBy(supervisor::awaitReady)
        .isInstanceOf(EnclaveStartException.class)
        .hasMessageContaining("3 times");
    await().until(() -> supervisor.serving().isPresent());
  }

  private static RunningEnclave<LookupConnection> killed() throws EnclaveKilledException {
    throw new EnclaveKilledException(9);
  }

  @Test
  void aDefectEndsOneEnclaveAndNotItsSupervisor() throws Exception {
    supervise(
        mendedAfter(
            1,
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
