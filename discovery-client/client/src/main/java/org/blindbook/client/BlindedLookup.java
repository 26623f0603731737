package org.blindbook.client;

import static org.blindbook.client.DiscoveryError.PROTOCOL_VIOLATION;
import static org.blindbook.client.DiscoveryProgress.Stage.LOOKING_UP;

import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import org.blindbook.edge.identifier.Identifier;
import org.blindbook.edge.identifier.LookupKey;
import org.blindbook.protocol.lookup.DiscoveryRequest;
import org.blindbook.protocol.lookup.EntryKind;
import org.jspecify.annotations.Nullable;

/**
 * Blinded mode: keys are paid for when they are evaluated, and looked up as often as one likes. So
 * a lookup has no token and nothing pending: every contact is sent as new, for nothing. Where an
 * evaluation was refused, what has a key is looked up nevertheless, in a request as large as ever,
 * because the host must not see the refusal.
 */
final class BlindedLookup implements Lookup {
  private final Setup setup;
  private final SortedMap<ContactName, Identifier> wanted = new TreeMap<>();
  private final BlindedEvaluation evaluation;

  /** The key that the lookup service used when it was left to come back; null at first. */
  private @Nullable KeyEpoch asked;

  BlindedLookup(Setup setup, Service evaluator, Collection<Identifier> contacts) {
    this.setup = setup;
    for (Identifier contact : contacts) {
      wanted.put(ContactName.of(contact), contact);
    }
    this.evaluation = new BlindedEvaluation(setup, evaluator, wanted);
  }

  @Override
  public int contacts() {
    return wanted.size();
  }

  @Override
  public int permitsUsed() {
    return evaluation.permitsUsed();
  }

  @Override
  public void wipe() {
    evaluation.wipe();
  }

  /**
   * Asks the evaluator for what is missing. The epoch is the one that the lookup service asked for;
   * before it has, whichever the evaluator takes.
   */
  @Override
  public boolean prepare(RunState state) throws DiscoveryException {
    return evaluation.complete(state, asked);
  }

  @Override
  public Optional<Map<Identifier, UUID>> over(LookupChannel channel, RunState state)
      throws DiscoveryException {
    KeyEpoch epoch = KeyEpoch.of(channel.enclave().claims());
    state.hold(
        state
            .current()
            .withCollateral(channel.enclave().collateral())
            .blinded(epoch, wanted.keySet()));
    if (evaluation.isNeeded(state.current().outputs(epoch))) {
      comeBackFor(epoch);
      return Optional.empty();
    }
    state.flush();
    Map<Identifier, UUID> matches = lookUp(channel, state.current().outputs(epoch));
    evaluation.throwIfRefused(epoch);
    return Optional.of(matches);
  }

  /** A service that meanwhile went to another key counts as a failure, or this might not end. */
  private void comeBackFor(KeyEpoch epoch) throws DiscoveryException {
    boolean changed = asked != null && !asked.equals(epoch);
    asked = epoch;
    if (changed) {
      throw ServerAnswer.wrongEpoch();
    }
  }

  private Map<Identifier, UUID> lookUp(LookupChannel channel, EpochOutputs outputs)
      throws DiscoveryException {
    Map<LookupKey, Identifier> contacts = outputs.byKey(wanted);
    LookupEntries entries = new LookupEntries();
    entries.add(contacts.keySet(), EntryKind.NEW);
    setup.progress().at(LOOKING_UP, entries.size());
    byte[] retryNonce = setup.randomBytes(DiscoveryRequest.NONCE_BYTES);
    LookupChannel.Answer answer =
        channel.ask(
            entries.request(wanted.size(), outputs.epoch().number(), retryNonce, new byte[0]));
    Map<Identifier, UUID> matches = entries.matches(contacts, answer.results());
    if (!answer.reply().granted()) {
      throw new DiscoveryException(
          PROTOCOL_VIOLATION, "The server refused a lookup, which costs nothing in blinded mode.");
    }
    return matches;
  }
}
