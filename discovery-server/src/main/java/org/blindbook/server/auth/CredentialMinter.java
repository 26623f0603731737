package org.blindbook.server.auth;

import java.time.InstantSource;
import java.util.Optional;
import java.util.UUID;
import org.blindbook.server.registrations.Account;

/**
 * Mints credentials, as a messenger's backend does once it knows who is asking.
 *
 * <p>A credential is {@code pseudonym:timestamp:mac} in ASCII:
 *
 * <ul>
 *   <li>pseudonym: HMAC-SHA256 of the account's 16 bytes, 64 lower-case hex digits
 *   <li>timestamp: when it was minted, decimal seconds since 1970
 *   <li>mac: HMAC-SHA256 of {@code pseudonym:timestamp} under another key, 64 lower-case hex digits
 * </ul>
 */
public final class CredentialMinter {
  private final CredentialKey key;
  private final InstantSource clock;

  public CredentialMinter(CredentialKey key, InstantSource clock) {
    this.key = key;
    this.clock = clock;
  }

  /** A credential that is valid from now on; empty when the key only verifies. */
  public Optional<String> mint(UUID account) {
    return key.pseudonym(Account.bytes(account))
        .map(pseudonym -> pseudonym + ":" + clock.instant().getEpochSecond())
        .map(signed -> signed + ":" + key.mac(signed));
  }
}
