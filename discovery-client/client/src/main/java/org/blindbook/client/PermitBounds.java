package org.blindbook.client;

import java.time.Duration;
import java.time.Instant;
import org.blindbook.edge.message.ReceivedTokenReply;
import org.blindbook.protocol.message.DiscoveryMode;

/**
 * Between what bounds this device's permits lie, by what its requests were answered. The enclave's
 * ledger is sealed and says nothing itself, so this goes along with it: both bounds refill as the
 * ledger does, and both are charged what the enclave says it charged.
 *
 * @param mode whose enclave charges: the one that looks up in truncated mode, the evaluator in
 *     blinded mode
 * @param least in millionths of a permit; holds while no other device of the account asks, for one
 *     that does may leave nothing
 * @param most likewise; holds in any case, unless the service lost the ledger
 * @param atSeconds when both were so, seconds since 1970 by the device's clock
 */
record PermitBounds(DiscoveryMode mode, Quota quota, long least, long most, long atSeconds) {
  private static final long MICRO = 1_000_000;
  private static final long SECONDS_PER_DAY = Duration.ofDays(1).toSeconds();

  /** More than any account needs to be full: keeps the sums small. */
  private static final long MAX_ELAPSED = 10_000 * SECONDS_PER_DAY;

  /** Before the first answer: whatever other devices of the account left. */
  static PermitBounds unknown(DiscoveryMode mode, Quota quota, Instant now) {
    return new PermitBounds(mode, quota, 0, quota.capacity() * MICRO, now.getEpochSecond());
  }

  /** The same under limits that may have changed: what is there stays, up to the capacity. */
  PermitBounds under(Quota current) {
    return new PermitBounds(mode, current, least, most, atSeconds).atMostFull();
  }

  /** Whether these numbers can be such bounds. */
  boolean isSound() {
    return quota.isSound() && least >= 0 && least <= most && most <= quota.capacity() * MICRO;
  }

  private PermitBounds atMostFull() {
    long full = quota.capacity() * MICRO;
    return new PermitBounds(mode, quota, Math.min(least, full), Math.min(most, full), atSeconds);
  }

  private long refillPerSecond() {
    return quota.refillPerDay() * MICRO / SECONDS_PER_DAY;
  }

  PermitBounds at(Instant now) {
    long elapsed = Math.min(MAX_ELAPSED, Math.max(0, now.getEpochSecond() - atSeconds));
    long gained = elapsed * refillPerSecond();
    return new PermitBounds(mode, quota, least + gained, most + gained, now.getEpochSecond())
        .atMostFull();
  }

  /**
   * After a request was answered.
   *
   * @param asked new contacts of the request
   */
  PermitBounds answered(ReceivedTokenReply reply, int asked, Instant now) {
    PermitBounds before = at(now);
    return switch (reply.outcome()) {
      case GRANTED -> before.granted(reply.charged(), asked);
      case REFUSED -> before.refused(asked, reply.retryAfterSeconds());
      case INVALID_TOKEN -> before;
    };
  }

  /** Who was charged had as much before. A repeat was charged earlier, nobody knows when. */
  private PermitBounds granted(int charged, int asked) {
    long cost = charged * MICRO;
    long left = charged == 0 ? least - asked * MICRO : Math.max(least, cost) - cost;
    long leastNow = Math.max(0, left);
    return new PermitBounds(mode, quota, leastNow, Math.max(leastNow, most - cost), atSeconds);
  }

  /**
   * The waiting time is what is missing, divided by the refill and rounded up: it says the level.
   */
  private PermitBounds refused(int asked, int retryAfterSeconds) {
    if (retryAfterSeconds == 0) {
      return this;
    }
    long wanted = asked * MICRO;
    long leastNow = Math.max(0, wanted - retryAfterSeconds * refillPerSecond());
    long mostNow = Math.max(leastNow, wanted - (retryAfterSeconds - 1L) * refillPerSecond());
    return new PermitBounds(mode, quota, leastNow, mostNow, atSeconds).atMostFull();
  }

  /**
   * What an app is told.
   *
   * @param inDoubt new contacts of a request whose outcome is unknown, and which may be charged
   */
  Permits toPermits(int inDoubt, Instant now) {
    PermitBounds current = at(now);
    long surely = Math.max(0, current.least - inDoubt * MICRO);
    long missing = quota.capacity() * MICRO - surely;
    long seconds = missing == 0 ? 0 : 1 + (missing - 1) / Math.max(1, refillPerSecond());
    return new Permits(
        (int) (surely / MICRO),
        (int) (current.most / MICRO),
        quota.capacity(),
        quota.refillPerDay(),
        now.plusSeconds(seconds));
  }
}
