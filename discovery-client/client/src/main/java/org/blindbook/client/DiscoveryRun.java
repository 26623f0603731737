package org.blindbook.client;

import static org.blindbook.client.DiscoveryError.STATE_OF_ANOTHER_ACCOUNT;
import static org.blindbook.client.DiscoveryError.TOO_MANY_CONTACTS;

import java.security.MessageDigest;
import java.time.Duration;
import java.util.Collection;
import java.util.Optional;
import org.blindbook.edge.identifier.Identifier;
import org.blindbook.protocol.message.SizeClass;
import org.jspecify.annotations.Nullable;

/**
 * One call of {@link DiscoveryClient#discover}: repeats connections until the results are there.
 * Which of the two modes it goes in the policy says: one that names keys of an evaluator accepts no
 * other.
 */
final class DiscoveryRun {
  private final Setup setup;
  private final Lookup lookup;
  private @Nullable RunState state;

  DiscoveryRun(Setup setup, Collection<Identifier> contacts) throws DiscoveryException {
    this.setup = setup;
    Service evaluator = setup.evaluator();
    this.lookup =
        evaluator == null
            ? new TruncatedLookup(setup, contacts)
            : new BlindedLookup(setup, evaluator, contacts);
    if (lookup.contacts() > SizeClass.LARGEST) {
      throw new DiscoveryException(
          TOO_MANY_CONTACTS,
          "An address book may have at most " + SizeClass.LARGEST + " different contacts.");
    }
  }

  Discovery complete() throws DiscoveryException {
    try {
      return repeatedly();
    } finally {
      lookup.wipe();
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
    if (lookup.prepare(current)) {
      // Where contacts were blinded, the credential may have grown old.
      credential = setup.lookup().credential();
      current = stateOf(credential);
    }
    try (LookupChannel channel =
        LookupChannel.open(setup, credential, current.current().collateral())) {
      return lookup
          .over(channel, current)
          .map(
              found ->
                  new Discovery(
                      found,
                      lookup.permitsUsed(),
                      channel.enclave().measurement(),
                      channel.enclave().simulated()));
    }
  }

  private RunState stateOf(String credential) throws DiscoveryException {
    byte[] owner = Owner.of(setup.lookup().endpoint(), credential);
    if (state == null) {
      state = RunState.load(setup.states(), owner, setup.randomBytes(ClientState.DEVICE_BYTES));
    }
    if (!MessageDigest.isEqual(state.current().owner(), owner)) {
      throw new DiscoveryException(
          STATE_OF_ANOTHER_ACCOUNT,
          "The stored state belongs to another server or account: keep one state for each.");
    }
    return state;
  }
}
