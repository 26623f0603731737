package org.blindbook.client;

import static org.blindbook.client.DiscoveryError.PROTOCOL_VIOLATION;
import static org.blindbook.client.DiscoveryProgress.Stage.LOOKING_UP;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.UUID;
import org.blindbook.client.AttestedChannel.Granted;
import org.blindbook.client.AttestedChannel.Refused;
import org.blindbook.protocol.identifier.Identifier;
import org.blindbook.protocol.identifier.LookupKey;
import org.blindbook.protocol.message.DiscoveryRequest;
import org.blindbook.protocol.message.EntryKind;
import org.jspecify.annotations.Nullable;

/**
 * Blinded mode: keys are paid for when they are evaluated, and looked up as often as one likes. So
 * a lookup has no token and nothing pending: every contact is sent as new, for nothing.
 */
final class BlindedLookup {
  private final Setup setup;
  private final SortedMap<LookupKey, Identifier> wanted;
  private final BlindedEvaluation evaluation;

  /** The key that the lookup service used when it was left to come back; null at first. */
  private @Nullable KeyEpoch asked;

  /**
   * @param wanted the contacts by their names in {@link EpochOutputs}
   */
  BlindedLookup(Setup setup, SortedMap<LookupKey, Identifier> wanted) {
    this.setup = setup;
    this.wanted = wanted;
    this.evaluation = new BlindedEvaluation(setup, wanted);
  }

  int permitsUsed() {
    return evaluation.permitsUsed();
  }

  void wipe() {
    evaluation.wipe();
  }

  /**
   * Asks the evaluator, which is another service, for what is missing. The epoch is the one that
   * the lookup service asked for; before it has, whichever the evaluator takes.
   */
  void prepare(Service evaluator, RunState state) throws DiscoveryException {
    KeyEpoch epoch = asked;
    boolean needed = isMissing(state.current());
    while (needed) {
      try (AttestedChannel channel = open(evaluator, state.current(), epoch)) {
        KeyEpoch claimed = KeyEpoch.of(channel.enclave().claims());
        if (epoch != null && !epoch.equals(claimed)) {
          throw ServerAnswer.wrongEpoch();
        }
        epoch = claimed;
        state.hold(state.current().withEvaluatorCollateral(channel.enclave().collateral()));
        tidy(state, epoch);
        if (evaluation.isNeeded(state.current().outputs(epoch))) {
          evaluation.over(channel, state, epoch);
        }
      }
      needed = evaluation.isNeeded(state.current().outputs(epoch));
    }
  }

  /** Whether the evaluator is needed, as far as one can say before the services speak. */
  private boolean isMissing(ClientState state) {
    if (asked == null && state.epochs().isEmpty()) {
      return !wanted.isEmpty();
    }
    return evaluation.isNeeded(asked == null ? state.epochs().get(0) : state.outputs(asked));
  }

  private AttestedChannel open(Service evaluator, ClientState state, @Nullable KeyEpoch epoch)
      throws DiscoveryException {
    return AttestedChannel.open(
        setup,
        evaluator,
        evaluator.credential(),
        epoch == null ? evaluator.relyingParty().epochs() : List.of(epoch.number()),
        state.evaluatorCollateral());
  }

  /** One connection. Empty when another one is needed, from the state that this one reached. */
  Optional<Map<Identifier, UUID>> over(AttestedChannel channel, RunState state)
      throws DiscoveryException {
    KeyEpoch epoch = KeyEpoch.of(channel.enclave().claims());
    state.hold(state.current().withCollateral(channel.enclave().collateral()));
    tidy(state, epoch);
    if (evaluation.isNeeded(state.current().outputs(epoch))) {
      if (setup.evaluator() != null) {
        comeBackFor(epoch);
        return Optional.empty();
      }
      evaluation.over(channel, state, epoch);
      if (!channel.isOpen() || evaluation.isNeeded(state.current().outputs(epoch))) {
        comeBackFor(epoch);
        return Optional.empty();
      }
    }
    state.flush();
    return Optional.of(lookUp(channel, state.current().outputs(epoch)));
  }

  /** A service that meanwhile went to another key counts as a failure, or this might not end. */
  private void comeBackFor(KeyEpoch epoch) throws DiscoveryException {
    boolean changed = asked != null && !asked.equals(epoch);
    asked = epoch;
    if (changed) {
      throw ServerAnswer.wrongEpoch();
    }
  }

  /** Drops what truncated mode left behind, and the keys of contacts that are no longer wanted. */
  private void tidy(RunState state, KeyEpoch epoch) {
    ClientState next = state.current().withoutToken();
    next =
        next.withEpochs(
            next.epochs().stream().map(outputs -> outputs.onlyOf(wanted.keySet())).toList());
    state.hold(next.with(next.outputs(epoch)));
  }

  private Map<Identifier, UUID> lookUp(AttestedChannel channel, EpochOutputs outputs)
      throws DiscoveryException {
    Map<LookupKey, Identifier> contacts = new HashMap<>();
    wanted.forEach(
        (name, contact) -> {
          LookupKey key = outputs.keys().get(name);
          if (key != null) {
            contacts.put(key, contact);
          }
        });
    LookupEntries entries = new LookupEntries();
    entries.add(contacts.keySet(), EntryKind.NEW);
    setup.progress().at(LOOKING_UP, entries.size());
    byte[] retryNonce = setup.randomBytes(DiscoveryRequest.NONCE_BYTES);
    AttestedChannel.Answer answer =
        channel.ask(entries.request(outputs.epoch().number(), retryNonce, new byte[0]));
    if (answer instanceof Granted granted) {
      return entries.matches(contacts, granted.results());
    } else if (answer instanceof Refused refused) {
      throw ServerAnswer.quotaExhausted(refused.retryAfter());
    }
    throw new DiscoveryException(
        PROTOCOL_VIOLATION, "The server refused a token that was not sent.");
  }
}
