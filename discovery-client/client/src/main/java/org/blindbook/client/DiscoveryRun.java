package org.blindbook.client;

import static org.blindbook.client.DiscoveryError.STATE_OF_ANOTHER_ACCOUNT;
import static org.blindbook.client.DiscoveryError.TOO_MANY_CONTACTS;

import java.security.MessageDigest;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import org.blindbook.protocol.identifier.Identifier;
import org.blindbook.protocol.identifier.LookupKey;
import org.blindbook.protocol.message.DiscoveryMode;
import org.blindbook.protocol.message.SizeClass;
import org.jspecify.annotations.Nullable;

/**
 * One call of {@link DiscoveryClient#discover}: repeats connections until the results are there.
 * What the attested claims say decides which of the two modes a connection goes on in.
 */
final class DiscoveryRun {
  private final Setup setup;
  private final TruncatedLookup truncated;
  private final BlindedLookup blinded;
  private @Nullable RunState state;

  DiscoveryRun(Setup setup, Collection<Identifier> contacts) throws DiscoveryException {
    this.setup = setup;
    SortedMap<LookupKey, Identifier> wanted = new TreeMap<>(ClientState.KEY_ORDER);
    for (Identifier contact : contacts) {
      wanted.put(LookupKey.truncated(contact), contact);
    }
    if (wanted.size() > SizeClass.LARGEST) {
      throw new DiscoveryException(
          TOO_MANY_CONTACTS,
          "An address book may have at most " + SizeClass.LARGEST + " different contacts.");
    }
    this.truncated = new TruncatedLookup(setup, wanted);
    this.blinded = new BlindedLookup(setup, wanted);
  }

  Discovery complete() throws DiscoveryException {
    try {
      return repeatedly();
    } finally {
      blinded.wipe();
    }
  }

  private Discovery repeatedly() throws DiscoveryException {
    int failures = 0;
    while (true) {
      try {
        Optional<Discovery> discovery = step();
        if (discovery.isPresent()) {
          return discovery.get();
        }
      } catch (DiscoveryException failure) {
        failures++;
        if (!setup.retries().allow(failure, failures)) {
          throw failure;
        }
        pause(setup.retries().pause(failure, failures, setup.random()));
      }
    }
  }

  private void pause(Duration pause) throws DiscoveryException {
    try {
      setup.pause().sleep(pause);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new DiscoveryException(DiscoveryError.CANCELLED, "The discovery was interrupted.", e);
    }
  }

  /** Empty when another step is needed, from the state that this one reached. */
  private Optional<Discovery> step() throws DiscoveryException {
    String credential = setup.lookup().credential();
    RunState current = stateOf(credential);
    if (setup.evaluator() != null) {
      blinded.prepare(setup.evaluator(), current);
    }
    byte[] collateral = current.current().collateral();
    try (AttestedChannel channel =
        AttestedChannel.open(
            setup,
            setup.lookup(),
            credential,
            setup.lookup().relyingParty().epochs(),
            collateral)) {
      Optional<Map<Identifier, UUID>> matches =
          channel.enclave().claims().mode() == DiscoveryMode.TRUNCATED
              ? truncated.over(channel, current)
              : blinded.over(channel, current);
      return matches.map(
          found ->
              new Discovery(
                  found,
                  truncated.permitsUsed() + blinded.permitsUsed(),
                  channel.enclave().measurement(),
                  channel.enclave().simulated()));
    }
  }

  private RunState stateOf(String credential) throws DiscoveryException {
    byte[] owner = Owner.of(setup.lookup().endpoint(), credential);
    if (state == null) {
      state = RunState.load(setup.states(), owner);
    }
    if (!MessageDigest.isEqual(state.current().owner(), owner)) {
      throw new DiscoveryException(
          STATE_OF_ANOTHER_ACCOUNT,
          "The stored state belongs to another server or account: keep one state for each.");
    }
    return state;
  }
}
