package org.blindbook.client;

import static org.blindbook.client.DiscoveryError.PROTOCOL_VIOLATION;
import static org.blindbook.client.DiscoveryProgress.Stage.LOOKING_UP;

import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.UUID;
import org.blindbook.client.AttestedChannel.Granted;
import org.blindbook.client.AttestedChannel.Refused;
import org.blindbook.client.AttestedChannel.TokenInvalid;
import org.blindbook.client.ClientState.Pending;
import org.blindbook.protocol.identifier.Identifier;
import org.blindbook.protocol.identifier.LookupKey;
import org.blindbook.protocol.message.DiscoveryRequest;
import org.blindbook.protocol.message.EntryKind;

/**
 * Truncated mode: what is looked up is paid for, and a token proves what was.
 *
 * <p>Why nothing is paid twice: a connection sends exactly the pending request of the stored state.
 * The state leaves "pending" only when an answer says how the request ended, and a request that is
 * sent again before that carries the same nonce and contacts, which the enclave charges once.
 */
final class TruncatedLookup {
  private final Setup setup;
  private final SortedMap<LookupKey, Identifier> wanted;
  private boolean plannedHere;
  private int permitsUsed;

  /**
   * @param wanted the contacts by their keys of this mode
   */
  TruncatedLookup(Setup setup, SortedMap<LookupKey, Identifier> wanted) {
    this.setup = setup;
    this.wanted = wanted;
  }

  int permitsUsed() {
    return permitsUsed;
  }

  /** One connection. Empty when another one is needed, from the state that this one reached. */
  Optional<Map<Identifier, UUID>> over(AttestedChannel channel, RunState state)
      throws DiscoveryException {
    plan(state, channel.enclave().collateral());
    ClientState current = state.current();
    boolean coversWanted = current.covered().equals(wanted.keySet());
    LookupEntries entries = entries(current);
    setup.progress().at(LOOKING_UP, entries.size());
    byte[] retryNonce = Objects.requireNonNull(current.pending()).retryNonce();
    AttestedChannel.Answer answer = channel.ask(entries.request(0, retryNonce, current.token()));
    if (answer instanceof TokenInvalid) {
      forgetToken(state);
      return Optional.empty();
    } else if (answer instanceof Refused refused) {
      forgetPending(state, refused);
      return Optional.empty();
    }
    Granted granted = (Granted) answer;
    permitsUsed += granted.charged();
    state.save(current.granted(granted.token()));
    return coversWanted
        ? Optional.of(entries.matches(wanted, granted.results()))
        : Optional.empty();
  }

  /** Leaves a pending request: the one whose outcome is still unknown, or a new one. */
  private void plan(RunState state, byte[] collateral) throws DiscoveryException {
    ClientState current = state.current().withCollateral(collateral).withoutEpochs();
    if (current.pending() != null) {
      state.hold(current);
      return;
    }
    plannedHere = true;
    byte[] retryNonce = setup.randomBytes(DiscoveryRequest.NONCE_BYTES);
    state.save(current.planning(wanted.keySet(), retryNonce));
  }

  private static void forgetToken(RunState state) throws DiscoveryException {
    if (!state.current().hasToken()) {
      throw new DiscoveryException(
          PROTOCOL_VIOLATION, "The server refused a token that was not sent.");
    }
    state.save(state.current().withoutToken());
  }

  /** A request that another run left behind may be refused without an end to this run. */
  private void forgetPending(RunState state, Refused refused) throws DiscoveryException {
    state.save(state.current().withPending(null));
    if (plannedHere) {
      throw ServerAnswer.quotaExhausted(refused.retryAfter());
    }
  }

  private static LookupEntries entries(ClientState state) {
    LookupEntries entries = new LookupEntries();
    entries.add(state.paid(), EntryKind.PREV);
    Pending pending = state.pending();
    if (pending != null) {
      entries.add(pending.discarded(), EntryKind.DISCARD);
      entries.add(pending.fresh(), EntryKind.NEW);
    }
    return entries;
  }
}
