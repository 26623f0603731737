package org.blindbook.client;

import java.time.Clock;
import java.time.Instant;
import java.util.Optional;
import org.blindbook.client.state.StateStore;
import org.jspecify.annotations.Nullable;

/**
 * How many permits are left, as far as this device can know. The account's ledger is sealed in the
 * enclave, which tells nobody what is in it. So this is an estimate, from what the device's own
 * requests were answered and the limits that the enclave attested.
 *
 * <ul>
 *   <li>{@code atLeast} is too high when another device of the account asked since: the service
 *       then counts every request of the account as if it had cost its whole size class.
 *   <li>It is too low after the first discovery, which says nothing about what was left before; it
 *       comes nearer with every day, and is {@code atMost} at {@code fullAt}.
 *   <li>{@code atMost} is too high when other devices asked. It is exact where this is the
 *       account's only device and no answer was lost. It is too low only where the service lost the
 *       ledger, or this device's clock is behind.
 * </ul>
 *
 * <p>Do not time discoveries by it: an app that comes back when the permits suffice tells the host
 * how many were missing.
 *
 * @param atLeast permits that are left; a discovery with no more new contacts is granted
 * @param atMost permits that may be left; a discovery with more new contacts is refused
 * @param capacity permits of a full account
 * @param perDay permits that an account gains in a day
 * @param fullAt when the account is full at the latest, if nothing is asked until then
 */
public record Permits(int atLeast, int atMost, int capacity, int perDay, Instant fullAt) {

  /**
   * What a stored state says, without a client or a connection. No discovery may use the store
   * meanwhile; {@link DiscoveryClient#permits} waits for it.
   *
   * @param stateKey the key that the state is encrypted with; null when it is stored in clear
   * @return empty when nothing was asked yet with this state
   * @throws DiscoveryException when the state cannot be read
   */
  public static Optional<Permits> of(StateStore store, byte @Nullable [] stateKey, Clock clock)
      throws DiscoveryException {
    return of(new StateFile(store, StateCipher.reading(stateKey)), clock.instant());
  }

  static Optional<Permits> of(StateFile file, Instant now) throws DiscoveryException {
    return file.load().flatMap(state -> state.permits(now));
  }
}
