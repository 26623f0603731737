package org.blindbook.server.enclavehost;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import org.blindbook.protocol.calls.CallError;
import org.blindbook.protocol.calls.CallException;
import org.blindbook.server.enclavehost.EnclaveLauncher.RunningEnclave;
import org.blindbook.server.enclavehost.EnclaveStatus.Phase;

/**
 * Asks the enclave for evidence now and then, as a client would. Evidence, channel key and
 * collateral are renewed when they are asked for, so this renews them before a client has to wait
 * for it; and it says when that does not work.
 */
final class EvidenceWatch {
  /** Well below the shortest life of a channel key. */
  static final Duration EVERY = Duration.ofSeconds(20);

  /** A platform renews collateral weeks before its end: a day before, something is wrong. */
  static final Duration MARGIN = Duration.ofDays(1);

  private static final byte[] NO_NONCE = {};

  private final RunningEnclave<?> enclave;
  private final InstantSource clock;
  private Instant asked = Instant.EPOCH;
  private boolean given = true;

  EvidenceWatch(RunningEnclave<?> enclave, InstantSource clock) {
    this.enclave = enclave;
    this.clock = clock;
  }

  /**
   * Asks, when it is time to.
   *
   * @return READY when all is well, else what is not
   * @throws UnansweredException when the enclave is gone
   */
  Phase check() throws CallException, UnansweredException, InterruptedException {
    Instant now = clock.instant();
    // Either way: a clock that was days ahead and is right again is no reason not to ask for days.
    if (Duration.between(asked, now).abs().compareTo(EVERY) >= 0) {
      asked = now;
      given = ask();
    }
    if (!given) {
      return Phase.NO_EVIDENCE;
    }
    return enclave.collateralValidUntil().filter(end -> end.isBefore(now.plus(MARGIN))).isPresent()
        ? Phase.COLLATERAL_EXPIRING
        : Phase.READY;
  }

  private boolean ask() throws CallException, UnansweredException, InterruptedException {
    try {
      EnclaveConnection.await(enclave.connection().offer(NO_NONCE));
      return true;
    } catch (CallException e) {
      if (e.error() == CallError.NO_EVIDENCE) {
        return false;
      }
      throw e;
    }
  }
}
