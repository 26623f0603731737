package org.blindbook.client;

import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.blindbook.edge.identifier.Identifier;

/** The lookup of one address book, in one of the two modes. Lasts for one call. */
sealed interface Lookup permits TruncatedLookup, BlindedLookup {

  /** How many different contacts there are. */
  int contacts();

  /**
   * What has to be done before the service that looks up is connected to.
   *
   * @return whether that took another connection, and so perhaps a minute
   */
  boolean prepare(RunState state) throws DiscoveryException;

  /** One connection. Empty when another one is needed, from the state that this one reached. */
  Optional<Map<Identifier, UUID>> over(LookupChannel channel, RunState state)
      throws DiscoveryException;

  /** What was reported as charged so far. */
  int permitsUsed();

  /** Overwrites what the call leaves behind in memory. */
  void wipe();
}
