package org.blindbook.server.auth;

import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import org.blindbook.server.auth.Verification.Refusal;

/**
 * How long a credential lasts after it was minted.
 *
 * @param clock of this host
 */
record Validity(Duration duration, InstantSource clock) {
  /** How far the minter's clock may run ahead of this one. */
  private static final Duration CLOCK_SKEW = Duration.ofSeconds(60);

  /** The time that a credential minted now carries: seconds since 1970. */
  long now() {
    return clock.instant().getEpochSecond();
  }

  /** Why a credential of that time admits nobody now; empty when it does. */
  Optional<Refusal> refusal(long minted) {
    long age = now() - minted;
    if (age < -CLOCK_SKEW.toSeconds()) {
      return Optional.of(Refusal.FROM_THE_FUTURE);
    }
    return age > duration.toSeconds() ? Optional.of(Refusal.EXPIRED) : Optional.empty();
  }
}
