package org.blindbook.client;

import static org.blindbook.client.DiscoveryError.PROTOCOL_VIOLATION;
import static org.blindbook.client.DiscoveryError.QUOTA_EXHAUSTED;
import static org.blindbook.client.DiscoveryError.STATE_OF_ANOTHER_ACCOUNT;
import static org.blindbook.client.DiscoveryError.STATE_UNAVAILABLE;
import static org.blindbook.client.DiscoveryError.TOO_MANY_CONTACTS;
import static org.blindbook.client.DiscoveryError.UNAUTHENTICATED;

import java.io.IOException;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.UUID;
import java.util.regex.Pattern;
import org.blindbook.client.AttestedChannel.Granted;
import org.blindbook.client.AttestedChannel.Refused;
import org.blindbook.client.AttestedChannel.TokenInvalid;
import org.blindbook.client.ClientState.Pending;
import org.blindbook.protocol.identifier.Identifier;
import org.blindbook.protocol.identifier.LookupKey;
import org.blindbook.protocol.message.DiscoveryRequest;
import org.blindbook.protocol.message.EntryKind;
import org.blindbook.protocol.message.Results;
import org.blindbook.protocol.message.SizeClass;
import org.jspecify.annotations.Nullable;

/**
 * One call of {@link DiscoveryClient#discover}: repeats steps of one connection each until the paid
 * contacts are the wanted ones and their results are there.
 *
 * <p>Why nothing is paid twice: a step sends exactly the pending request of the stored state. The
 * state leaves "pending" only when an answer says how the request ended, and a request that is sent
 * again before that carries the same nonce and contacts, which the enclave charges once.
 */
final class DiscoveryRun {
  /** What a header can carry. */
  private static final Pattern VISIBLE_ASCII = Pattern.compile("[!-~]+");

  private final Setup setup;
  private final SortedMap<LookupKey, Identifier> wanted = new TreeMap<>(ClientState.KEY_ORDER);
  private @Nullable ClientState state;
  private boolean plannedHere;
  private int permitsUsed;

  DiscoveryRun(Setup setup, Collection<Identifier> contacts) throws DiscoveryException {
    this.setup = setup;
    for (Identifier contact : contacts) {
      wanted.put(LookupKey.truncated(contact), contact);
    }
    if (wanted.size() > SizeClass.LARGEST) {
      throw new DiscoveryException(
          TOO_MANY_CONTACTS,
          "An address book may have at most " + SizeClass.LARGEST + " different contacts.");
    }
  }

  Discovery complete() throws DiscoveryException {
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

  /** One connection. Empty when another one is needed, from the state that this one reached. */
  private Optional<Discovery> step() throws DiscoveryException {
    String credential = credential();
    ClientState planned = planned(stateOf(credential));
    SortedSet<LookupKey> covered = planned.covered();
    boolean coversWanted = covered.equals(wanted.keySet());
    try (AttestedChannel channel = AttestedChannel.open(setup, credential, planned.collateral())) {
      ClientState current = planned.withCollateral(channel.enclave().collateral());
      SortedMap<LookupKey, EntryKind> entries = entries(current);
      AttestedChannel.Answer answer = channel.ask(request(current, entries));
      if (answer instanceof TokenInvalid) {
        forgetToken(current);
        return Optional.empty();
      } else if (answer instanceof Refused refused) {
        forgetPending(current, refused.retryAfter());
        return Optional.empty();
      }
      Granted granted = (Granted) answer;
      permitsUsed += granted.charged();
      save(current.granted(granted.token()));
      if (!coversWanted) {
        return Optional.empty();
      }
      return Optional.of(
          new Discovery(
              matches(entries, granted.results()),
              permitsUsed,
              channel.enclave().measurement(),
              channel.enclave().simulated()));
    }
  }

  private String credential() throws DiscoveryException {
    String credential;
    try {
      credential = setup.credentials().get();
    } catch (RuntimeException e) {
      throw new DiscoveryException(UNAUTHENTICATED, "The app has no credential to offer.", e);
    }
    if (credential == null || !VISIBLE_ASCII.matcher(credential).matches()) {
      throw new DiscoveryException(
          UNAUTHENTICATED, "What the app offers as its credential cannot be one.");
    }
    return credential;
  }

  private ClientState stateOf(String credential) throws DiscoveryException {
    byte[] owner = Owner.of(setup.server(), credential);
    if (state == null) {
      state = load(owner);
    }
    if (!MessageDigest.isEqual(state.owner(), owner)) {
      throw new DiscoveryException(
          STATE_OF_ANOTHER_ACCOUNT,
          "The stored state belongs to another server or account: keep one state for each.");
    }
    return state;
  }

  private ClientState load(byte[] owner) throws DiscoveryException {
    byte[] bytes;
    try {
      Optional<byte[]> stored = setup.store().load();
      if (stored.isEmpty()) {
        return ClientState.empty(owner);
      }
      bytes = stored.get();
    } catch (IOException e) {
      throw new DiscoveryException(
          STATE_UNAVAILABLE, "The state cannot be read: check the permissions of its folder.", e);
    }
    try {
      return StateFormat.decode(bytes);
    } finally {
      Arrays.fill(bytes, (byte) 0);
    }
  }

  private ClientState save(ClientState next) throws DiscoveryException {
    byte[] bytes = StateFormat.encode(next);
    try {
      setup.store().save(bytes);
    } catch (IOException e) {
      throw new DiscoveryException(
          STATE_UNAVAILABLE,
          "The state cannot be written: check the permissions of its folder and the free space.",
          e);
    } finally {
      Arrays.fill(bytes, (byte) 0);
    }
    state = next;
    return next;
  }

  /** The state with a pending request: the one whose outcome is still unknown, or a new one. */
  private ClientState planned(ClientState current) throws DiscoveryException {
    if (current.pending() != null) {
      return current;
    }
    plannedHere = true;
    byte[] retryNonce = setup.randomBytes(DiscoveryRequest.NONCE_BYTES);
    return save(current.planning(wanted.keySet(), retryNonce));
  }

  private void forgetToken(ClientState current) throws DiscoveryException {
    if (!current.hasToken()) {
      throw new DiscoveryException(
          PROTOCOL_VIOLATION, "The server refused a token that was not sent.");
    }
    save(current.withoutToken());
  }

  /** A request that another run left behind may be refused without an end to this run. */
  private void forgetPending(ClientState current, Duration retryAfter) throws DiscoveryException {
    save(current.withPending(null));
    if (plannedHere) {
      throw new DiscoveryException(
          QUOTA_EXHAUSTED,
          retryAfter.isZero()
              ? "These are more new contacts than this account may ever ask for at once."
              : "This account has not enough permits left for its new contacts."
                  + ServerAnswer.tryAgain(retryAfter),
          retryAfter);
    }
  }

  private static SortedMap<LookupKey, EntryKind> entries(ClientState state) {
    SortedMap<LookupKey, EntryKind> entries = new TreeMap<>(ClientState.KEY_ORDER);
    state.paid().forEach(key -> entries.put(key, EntryKind.PREV));
    Pending pending = state.pending();
    if (pending != null) {
      pending.discarded().forEach(key -> entries.put(key, EntryKind.DISCARD));
      pending.fresh().forEach(key -> entries.put(key, EntryKind.NEW));
    }
    return entries;
  }

  private static DiscoveryRequest request(
      ClientState state, SortedMap<LookupKey, EntryKind> entries) {
    int capacity = SizeClass.holding(entries.size()).orElseThrow();
    byte[] retryNonce = Objects.requireNonNull(state.pending()).retryNonce();
    DiscoveryRequest request = DiscoveryRequest.create(capacity, 0, retryNonce, state.token());
    int i = 0;
    for (Map.Entry<LookupKey, EntryKind> entry : entries.entrySet()) {
      request.set(i++, entry.getKey().hi(), entry.getKey().lo(), entry.getValue());
    }
    return request;
  }

  private Map<Identifier, UUID> matches(SortedMap<LookupKey, EntryKind> entries, Results results) {
    Map<Identifier, UUID> matches = new HashMap<>();
    int i = 0;
    for (LookupKey key : entries.keySet()) {
      Identifier contact = wanted.get(key);
      Optional<UUID> account = results.account(i++);
      if (contact != null && account.isPresent()) {
        matches.put(contact, account.get());
      }
    }
    Arrays.fill(results.encoded(), (byte) 0);
    return matches;
  }
}
