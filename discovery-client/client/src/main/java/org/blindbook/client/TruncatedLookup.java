package org.blindbook.client;

import static org.blindbook.client.DiscoveryError.PROTOCOL_VIOLATION;
import static org.blindbook.client.DiscoveryProgress.Stage.LOOKING_UP;

import java.util.Collection;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import org.blindbook.client.ClientState.Pending;
import org.blindbook.client.LookupChannel.Granted;
import org.blindbook.client.LookupChannel.Refused;
import org.blindbook.client.LookupChannel.TokenInvalid;
import org.blindbook.edge.identifier.Identifier;
import org.blindbook.edge.identifier.LookupKey;
import org.blindbook.protocol.lookup.DiscoveryRequest;
import org.blindbook.protocol.lookup.EntryKind;

/**
 * Truncated mode: what is looked up is paid for, and a token proves what was.
 *
 * <p>Why nothing is paid twice: a connection sends exactly the pending request of the stored state.
 * The state leaves "pending" only when an answer says how the request ended, and a request that is
 * sent again before that carries the same nonce and contacts, which the enclave charges once.
 */
final class TruncatedLookup implements Lookup {
  private final Setup setup;
  private final SortedMap<LookupKey, Identifier> wanted = new TreeMap<>(ClientState.KEY_ORDER);
  private boolean plannedHere;
  private int permitsUsed;

  TruncatedLookup(Setup setup, Collection<Identifier> contacts) {
    this.setup = setup;
    for (Identifier contact : contacts) {
      wanted.put(LookupKey.truncated(contact), contact);
    }
  }

  @Override
  public int contacts() {
    return wanted.size();
  }

  /** The one connection does everything. */
  @Override
  public boolean prepare(RunState state) {
    return false;
  }

  @Override
  public void wipe() {
    // Nothing is computed from secrets that outlives its use.
  }

  @Override
  public int permitsUsed() {
    return permitsUsed;
  }

  @Override
  public Optional<Map<Identifier, UUID>> over(LookupChannel channel, RunState state)
      throws DiscoveryException {
    plan(state, channel.enclave().collateral());
    ClientState current = state.current();
    boolean coversWanted = current.covered().equals(wanted.keySet());
    LookupEntries entries = entries(current);
    setup.progress().at(LOOKING_UP, entries.size());
    byte[] retryNonce = Objects.requireNonNull(current.pending()).retryNonce();
    LookupChannel.Answer answer = channel.ask(entries.request(0, retryNonce, current.token()));
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
