package org.blindbook.client;

import static org.blindbook.client.DiscoveryError.QUOTA_EXHAUSTED;
import static org.blindbook.client.DiscoveryError.STATE_OF_ANOTHER_ACCOUNT;
import static org.blindbook.client.DiscoveryError.TOKEN_NOT_ACCEPTED;
import static org.blindbook.client.DiscoveryError.TOO_MANY_CONTACTS;

import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.function.UnaryOperator;
import org.blindbook.client.RelyingParty.TrustedEnclave;
import org.blindbook.edge.identifier.Identifier;
import org.blindbook.protocol.message.SizeClass;
import org.jspecify.annotations.Nullable;

/**
 * One call of {@link DiscoveryClient#discover}: repeats connections until the results are there, as
 * often as {@link Pacing} lets it. Which of the two modes it goes in the policy says: one that
 * names keys of an evaluator accepts no other.
 */
final class DiscoveryRun {
  private final Setup setup;
  private final Lookup lookup;
  private final RunState state;

  /** Null where contacts have to be looked up among all registrations. */
  private @Nullable RecentLookup recent;

  /** That of the first connection; null once it is used. */
  private @Nullable String credential;

  /** When the last lookup among all registrations was begun. */
  private Instant begunAt = Instant.EPOCH;

  private DiscoveryRun(
      Setup setup,
      Lookup lookup,
      RunState state,
      @Nullable RecentLookup recent,
      @Nullable String credential) {
    this.setup = setup;
    this.lookup = lookup;
    this.state = state;
    this.recent = recent;
    this.credential = credential;
  }

  /**
   * Does a whole discovery, when it is this account's turn.
   *
   * @param recent whether recent registrations are enough, as long as they suffice
   */
  static Discovery complete(Setup setup, Collection<Identifier> contacts, boolean recent)
      throws DiscoveryException {
    Service evaluator = setup.evaluator();
    Lookup lookup =
        evaluator == null
            ? new TruncatedLookup(setup, contacts)
            : new BlindedLookup(setup, evaluator, contacts);
    if (lookup.contacts() > SizeClass.LARGEST) {
      throw new DiscoveryException(
          TOO_MANY_CONTACTS,
          "An address book may have at most "
              + SizeClass.LARGEST
              + " different contacts; a number whose country's plan changed counts up to three"
              + " times.");
    }
    String credential = setup.lookup().credential();
    byte[] owner = Owner.of(setup.lookup().endpoint(), credential);
    try (AccountTurn turn = AccountTurn.await(owner)) {
      RunState state =
          RunState.load(setup.states(), owner, setup.randomBytes(ClientState.DEVICE_BYTES));
      requireOwner(state, owner);
      boolean suffices =
          recent && setup.recents().suffice(state.current(), setup.clock().instant());
      return new DiscoveryRun(
              setup,
              lookup,
              state,
              suffices ? new RecentLookup(setup, contacts) : null,
              turn.waited() ? null : credential)
          .repeatedly();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw ServerAnswer.interrupted(e);
    } finally {
      lookup.wipe();
    }
  }

  private Discovery repeatedly() throws DiscoveryException, InterruptedException {
    leaveAlone();
    state.hold(state.current().withPacing(state.current().pacing().called()));
    for (int attempted = 1; ; attempted++) {
      try {
        Optional<Discovery> discovery = step();
        while (discovery.isEmpty()) {
          discovery = step();
        }
        noteAnswer();
        return discovery.get();
      } catch (DiscoveryException failure) {
        credential = null;
        if (failure.error() == QUOTA_EXHAUSTED || failure.error() == TOKEN_NOT_ACCEPTED) {
          // The host must not see that it was one: what is stored is as after any answer.
          noteAnswer();
        }
        if (!failure.error().retryable()) {
          throw failure;
        }
        waitOrGiveUp(failure, attempted);
      }
    }
  }

  /** Waits where a server asked for it earlier, or lets the app do so. */
  private void leaveAlone() throws DiscoveryException, InterruptedException {
    Pacing pacing = state.current().pacing();
    Duration remaining = pacing.remaining(setup.clock().instant());
    if (remaining.isZero()) {
      return;
    }
    DiscoveryError reason = pacing.reason() == null ? DiscoveryError.OVERLOADED : pacing.reason();
    if (!setup.retries().isShort(remaining)) {
      throw ServerAnswer.of(reason, remaining)
          .retryIn(setup.retries().pauseOfApp(remaining, pacing.failures(), setup.random()));
    }
    pause(reason, setup.retries().pause(remaining, 1, setup.random()));
  }

  /** Notes the failure before anything else happens, so that a next process is held to it. */
  private void waitOrGiveUp(DiscoveryException failure, int attempted)
      throws DiscoveryException, InterruptedException {
    Instant now = setup.clock().instant();
    Pacing pacing = state.current().pacing().failed(failure, now);
    boolean again = setup.retries().allow(failure, attempted) && pacing.affordsRetry();
    Pacing next = again ? pacing.retrying() : pacing;
    boolean noted = note(failed -> failed.withPacing(next));
    Duration asked = failure.retryAfter().orElse(Duration.ZERO);
    if (!again || !noted) {
      throw failure.retryIn(setup.retries().pauseOfApp(asked, pacing.failures(), setup.random()));
    }
    pause(failure.error(), setup.retries().pause(asked, pacing.failures(), setup.random()));
  }

  private void pause(DiscoveryError why, Duration pause) throws InterruptedException {
    setup.progress().retrying(why, pause);
    setup.pause().sleep(pause);
  }

  /** The results are there: that this cannot be noted is no reason to lose them. */
  private void noteAnswer() {
    Pacing pacing = state.current().pacing().answered();
    UnaryOperator<ClientState> answered =
        recent == null
            ? before -> before.withPacing(pacing).fullyAsked(begunAt)
            : before -> before.withPacing(pacing);
    if (!answered.apply(state.saved()).hasConductOf(state.saved())) {
      note(answered);
    }
  }

  /** Whether it is on disk: who cannot remember a retry must not make it. */
  private boolean note(UnaryOperator<ClientState> change) {
    try {
      state.saveConduct(change);
      return true;
    } catch (DiscoveryException notWritten) {
      return false;
    }
  }

  /** Empty when another step is needed, from the state that this one reached. */
  private Optional<Discovery> step() throws DiscoveryException {
    if (credential == null) {
      credential = credential();
    }
    return recent == null ? fullStep() : recentStep(recent);
  }

  private Optional<Discovery> fullStep() throws DiscoveryException {
    begunAt = setup.clock().instant();
    if (lookup.prepare(state)) {
      // Where contacts were blinded, the credential may have grown old.
      credential = credential();
    }
    try (LookupChannel channel =
        LookupChannel.open(setup, takeCredential(), state.current().collateral())) {
      return lookup
          .over(channel, state)
          .map(found -> discovery(found, lookup.permitsUsed(), channel.enclave(), false, begunAt));
    }
  }

  /**
   * Where the service has no recent registrations, or not enough of them, the next is a full one.
   */
  private Optional<Discovery> recentStep(RecentLookup asked) throws DiscoveryException {
    ClientState current = state.current();
    Optional<LookupChannel> opened =
        LookupChannel.openRecent(
            setup, takeCredential(), setup.recents().since(current), current.collateral());
    if (opened.isEmpty()) {
      recent = null;
      return Optional.empty();
    }
    try (LookupChannel channel = opened.get()) {
      Optional<Map<Identifier, UUID>> found = asked.over(channel, current);
      recent = found.isPresent() ? asked : null;
      return found.map(
          matches ->
              discovery(
                  matches, asked.permitsUsed(), channel.enclave(), true, current.fullyAsked()));
    }
  }

  private Discovery discovery(
      Map<Identifier, UUID> matches,
      int permitsUsed,
      TrustedEnclave enclave,
      boolean onlyRecent,
      Instant fullAt) {
    return new Discovery(
        matches,
        permitsUsed,
        enclave.measurement(),
        enclave.simulated(),
        new Coverage(onlyRecent, fullAt, setup.recents().due(fullAt)));
  }

  private String takeCredential() {
    String once = Objects.requireNonNull(credential);
    credential = null;
    return once;
  }

  /** For one connection, of the account whose state this is. */
  private String credential() throws DiscoveryException {
    String fresh = setup.lookup().credential();
    requireOwner(state, Owner.of(setup.lookup().endpoint(), fresh));
    return fresh;
  }

  private static void requireOwner(RunState state, byte[] owner) throws DiscoveryException {
    if (!MessageDigest.isEqual(state.current().owner(), owner)) {
      throw new DiscoveryException(
          STATE_OF_ANOTHER_ACCOUNT,
          "The stored state belongs to another server or account: keep one state for each.");
    }
  }
}
