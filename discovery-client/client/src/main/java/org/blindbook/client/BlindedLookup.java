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

  /** What the lookup service asked for last that was not there; null at first. */
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

  /**
   * Asks the evaluator, which is another service, for what is missing. The epoch is the one that
   * the lookup service asked for; before it has, the one of the stored keys or of the evaluator.
   */
  void prepare(Service evaluator, RunState state) throws DiscoveryException {
    List<EpochOutputs> epochs = state.current().epochs();
    KeyEpoch epoch = asked == null && !epochs.isEmpty() ? epochs.get(0).epoch() : asked;
    while (epoch == null
        ? !wanted.isEmpty()
        : evaluation.isNeeded(state.current().outputs(epoch))) {
      try (AttestedChannel channel =
          AttestedChannel.open(setup, evaluator, evaluator.credential(), new byte[0])) {
        epoch = asked == null ? KeyEpoch.of(channel.enclave().claims()) : asked;
        tidy(state, epoch);
        if (evaluation.isNeeded(state.current().outputs(epoch))) {
          evaluation.over(channel, state, epoch);
        }
      }
    }
  }

  /** One connection. Empty when another one is needed, from the state that this one reached. */
  Optional<Map<Identifier, UUID>> over(AttestedChannel channel, RunState state)
      throws DiscoveryException {
    KeyEpoch epoch = KeyEpoch.of(channel.enclave().claims());
    state.hold(state.current().withCollateral(channel.enclave().collateral()));
    tidy(state, epoch);
    if (evaluation.isNeeded(state.current().outputs(epoch))) {
      if (setup.evaluator() != null) {
        askNextTime(epoch);
        return Optional.empty();
      }
      evaluation.over(channel, state, epoch);
      if (evaluation.isNeeded(state.current().outputs(epoch))) {
        return Optional.empty();
      }
    }
    state.flush();
    return Optional.of(lookUp(channel, state.current().outputs(epoch)));
  }

  /** Once by itself; a service that keeps asking for other keys gets the pauses of a failure. */
  private void askNextTime(KeyEpoch epoch) throws DiscoveryException {
    boolean again = asked != null;
    asked = epoch;
    if (again) {
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
