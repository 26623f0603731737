package org.blindbook.client;

import java.time.Duration;
import java.time.Instant;

/**
 * When it suffices to look contacts up among recent registrations.
 *
 * @param service where
 * @param longest how long after a lookup among all
 */
record Recents(Service service, Duration longest) {
  /** The clock of this device may be ahead of the service's, or a table behind its store. */
  private static final Duration MARGIN = Duration.ofHours(1);

  /** Whether they would, if the service has as many. */
  boolean suffice(ClientState state, Instant now) {
    Instant asked = state.fullyAsked();
    return state.fullyAskedMinutes() > 0 && !asked.isAfter(now) && now.isBefore(due(asked));
  }

  /** Since when the client misses changes. */
  Instant since(ClientState state) {
    return state.fullyAsked().minus(MARGIN);
  }

  /** When all have to be asked for again. */
  Instant due(Instant fullyAsked) {
    return fullyAsked.plus(longest);
  }
}
