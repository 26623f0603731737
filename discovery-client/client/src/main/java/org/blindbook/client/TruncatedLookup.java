package org.blindbook.client;

import static org.blindbook.client.DiscoveryError.PROTOCOL_VIOLATION;
import static org.blindbook.client.DiscoveryError.TOKEN_NOT_ACCEPTED;
import static org.blindbook.client.DiscoveryProgress.Stage.LOOKING_UP;
import static org.blindbook.edge.message.ReceivedTokenReply.Outcome.REFUSED;

import java.util.Collection;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import org.blindbook.client.ClientState.Pending;
import org.blindbook.edge.identifier.Identifier;
import org.blindbook.edge.identifier.LookupKey;
import org.blindbook.edge.message.ReceivedTokenReply;
import org.blindbook.protocol.lookup.EntryKind;
import org.blindbook.protocol.message.DiscoveryMode;
import org.blindbook.protocol.message.SizeClass;

/**
 * Truncated mode: what is looked up is paid for, and a token proves what was.
 *
 * <p>How a request ends only the enclave and this class know: the host sees the same messages of
 * the same lengths in the same connections.
 *
 * <p>Why nothing is paid twice: a connection sends exactly the pending request of the stored state.
 * The state leaves "pending" only when an answer says how the request ended, and a request that is
 * sent again before that carries the same nonce and contacts, which the enclave charges once.
 */
final class TruncatedLookup implements Lookup {
  private final Setup setup;
  private final SortedMap<LookupKey, Identifier> wanted = new TreeMap<>(ClientState.KEY_ORDER);

  /** Entries that the next request has room for at least. */
  private int room;

  private boolean refusedBefore;
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
    Pending pending = Objects.requireNonNull(current.pending());
    room = Math.max(room, entries.size());
    LookupChannel.Answer answer =
        channel.ask(entries.request(room, 0, pending.retryNonce(), current.token()));
    permitsUsed += answer.reply().charged();
    state.save(
        after(answer.reply(), current)
            .charged(
                DiscoveryMode.TRUNCATED,
                channel.enclave().quota(),
                answer.reply(),
                pending.fresh().size(),
                setup.clock().instant()));
    Map<Identifier, UUID> matches = entries.matches(wanted, answer.results());
    boolean granted = answer.reply().granted();
    if (granted && coversWanted) {
      return Optional.of(matches);
    } else if (!granted && (coversWanted || refusedBefore)) {
      throw refusal(answer.reply(), current);
    }
    // What is not granted takes as many connections as if it were, and as large ones.
    refusedBefore |= !granted;
    room = roomWithWanted(current);
    return Optional.empty();
  }

  /** Leaves a pending request: the one whose outcome is still unknown, or a new one. */
  private void plan(RunState state, byte[] collateral) throws DiscoveryException {
    ClientState current = state.current().withCollateral(collateral).withoutEpochs();
    if (current.pending() != null) {
      state.hold(current);
      return;
    }
    byte[] retryNonce = current.retryNonce(setup.randomBytes(ClientState.REQUEST_NONCE_BYTES));
    state.save(current.planning(wanted.keySet(), retryNonce));
  }

  /**
   * A refused request is forgotten: it cost nothing. One whose token is not accepted stays as it
   * is, and so does the token: the host can bring that about, and must not make a client pay again.
   */
  private static ClientState after(ReceivedTokenReply reply, ClientState current) {
    return switch (reply.outcome()) {
      case GRANTED -> current.granted(reply.token());
      case REFUSED -> current.withPending(null);
      case INVALID_TOKEN -> current;
    };
  }

  private DiscoveryException refusal(ReceivedTokenReply reply, ClientState asked) {
    if (reply.outcome() == REFUSED) {
      return ServerAnswer.quotaExhausted(reply.retryAfterSeconds(), setup.random());
    }
    return asked.hasToken()
        ? new DiscoveryException(
            TOKEN_NOT_ACCEPTED,
            "The enclave does not accept the proof of what this account has paid for: the server"
                + " named another account, or the enclave has lost its keys. Nothing was paid or"
                + " looked up. If it lasts, ask the messenger; to pay for all contacts again,"
                + " delete the stored state.")
        : new DiscoveryException(
            PROTOCOL_VIOLATION, "The server refused a token that was not sent.");
  }

  /** A size for the next request that depends on no outcome. */
  private int roomWithWanted(ClientState asked) {
    Set<LookupKey> all = new HashSet<>(asked.paid());
    all.addAll(asked.covered());
    all.addAll(wanted.keySet());
    return Math.min(all.size(), SizeClass.LARGEST);
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
