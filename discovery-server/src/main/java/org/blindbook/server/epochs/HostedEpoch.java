package org.blindbook.server.epochs;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.blindbook.protocol.calls.EnclaveCalls;
import org.blindbook.server.enclavehost.EnclaveStatus;
import org.blindbook.server.enclavehost.EnclaveStatus.Phase;
import org.blindbook.server.enclavehost.EnclaveSupervisor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One live epoch: its enclave, and what goes with it.
 *
 * @param number 0 in mode truncated
 * @param evaluatorKey by which clients know the evaluator, in hexadecimal, once it is known
 * @param resources what its enclave works with, and how the epoch leaves nothing behind
 */
public record HostedEpoch(
    int number,
    EnclaveSupervisor supervisor,
    Supplier<Optional<String>> evaluatorKey,
    Resources resources) {
  private static final Logger log = LoggerFactory.getLogger(HostedEpoch.class);

  private static final Duration STOP_TIME = Duration.ofSeconds(5);
  private static final int ASK_SECONDS = 5;
  private static final int ASK_AGAIN_MILLIS = 100;

  /** The store of an epoch, its folders, its files. */
  public interface Resources {
    /** Gives back what is open. */
    void close();

    /** Deletes the files, once closed. */
    void delete();
  }

  EpochStatus status(boolean serving, boolean stopping) {
    EnclaveStatus status = supervisor.status();
    return new EpochStatus(
        number, serving, stopping ? status.notServing(Phase.STOPPED) : status, evaluatorKey.get());
  }

  void close(Duration time) {
    supervisor.stop(time);
    resources.close();
  }

  void delete() {
    supervisor.stopForGood(STOP_TIME);
    resources.close();
    resources.delete();
  }

  /** Returns when the enclave has no session left, or is gone, or the time is over. */
  void awaitNoSessions(Duration time) {
    long deadline = System.nanoTime() + time.toNanos();
    try {
      while (System.nanoTime() < deadline && sessions(supervisor.serving()) > 0) {
        Thread.sleep(ASK_AGAIN_MILLIS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static int sessions(Optional<EnclaveCalls> enclave) throws InterruptedException {
    if (enclave.isEmpty()) {
      return 0;
    }
    try {
      return enclave
          .get()
          .stats()
          .toCompletableFuture()
          .get(ASK_SECONDS, TimeUnit.SECONDS)
          .sessions();
    } catch (ExecutionException | TimeoutException e) {
      log.debug("an enclave that is to end does not answer");
      return 0;
    }
  }
}
