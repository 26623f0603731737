package org.blindbook.client;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.blindbook.edge.identifier.LookupKey;
import org.blindbook.edge.message.ReceivedTokenReply;
import org.blindbook.protocol.lookup.DiscoveryRequest;
import org.blindbook.protocol.message.DiscoveryMode;
import org.blindbook.protocol.message.SizeClass;
import org.jspecify.annotations.Nullable;

/**
 * What the client must not forget, as one immutable value. {@link StateFormat} turns it into bytes.
 *
 * <p>Token, paid set and pending request belong to truncated mode, epochs to blinded mode. Where
 * the one is used, the other is dropped.
 *
 * @param owner whose state this is, see {@link Owner}
 * @param device {@value #DEVICE_BYTES} random bytes that all requests of this state begin their
 *     retry nonces with, inside the channel: who does not know them, the host above all, cannot ask
 *     what this device was charged
 * @param token proves to the enclave that {@code paid} is paid for; empty when nothing is
 * @param paid the contacts that the token covers, at most {@link SizeClass#LARGEST}
 * @param pending a request whose outcome is unknown, to be repeated as it was; null when the last
 *     outcome is known
 * @param collateral the collateral seen last, so that the server need not send it again; empty at
 *     first. It is verified at every use, like evidence itself.
 * @param evaluatorCollateral likewise of the evaluator
 * @param epochs outputs under keys of an evaluator, the key used last first; at most {@value
 *     #EPOCHS}, so that a key change which servers do not make at one time costs nothing twice
 * @param pacing how soon and how often services may be connected to
 * @param permits what is known of the permits that are left; null when nothing is
 * @param fullyAskedMinutes when a lookup among all registrations was answered last, minutes since
 *     1970; 0 when none was. However it was answered: what is asked next must not tell the host
 */
record ClientState(
    byte[] owner,
    byte[] device,
    byte[] token,
    SortedSet<LookupKey> paid,
    @Nullable Pending pending,
    byte[] collateral,
    byte[] evaluatorCollateral,
    List<EpochOutputs> epochs,
    Pacing pacing,
    @Nullable PermitBounds permits,
    int fullyAskedMinutes) {
  static final int EPOCHS = 2;
  static final int DEVICE_BYTES = 16;

  /** What is drawn for each request; the retry nonce is the device's secret and these. */
  static final int REQUEST_NONCE_BYTES = DiscoveryRequest.NONCE_BYTES - DEVICE_BYTES;

  /** Unsigned order of the key's bytes: unrelated to the order of any address book. */
  static final Comparator<LookupKey> KEY_ORDER =
      (a, b) -> {
        int high = Long.compareUnsigned(a.hi(), b.hi());
        return high != 0 ? high : Long.compareUnsigned(a.lo(), b.lo());
      };

  /**
   * A request that was planned and perhaps sent. Together with the paid set, which does not change
   * while a request is pending, this is the whole request.
   *
   * @param retryNonce makes the enclave charge a repeated request once
   * @param fresh contacts to pay for; none of them is paid
   * @param discarded paid contacts that are no longer wanted
   */
  record Pending(byte[] retryNonce, SortedSet<LookupKey> fresh, SortedSet<LookupKey> discarded) {
    @Override
    public String toString() {
      return "Pending[redacted]";
    }
  }

  static ClientState empty(byte[] owner, byte[] device) {
    return new ClientState(
        owner,
        device,
        new byte[0],
        none(),
        null,
        new byte[0],
        new byte[0],
        List.of(),
        Pacing.fresh(),
        null,
        0);
  }

  /** A copy in the making. */
  private static final class Change {
    byte[] device;
    byte[] token;
    SortedSet<LookupKey> paid;
    @Nullable Pending pending;
    byte[] collateral;
    byte[] evaluatorCollateral;
    List<EpochOutputs> epochs;
    Pacing pacing;
    @Nullable PermitBounds permits;
    int fullyAskedMinutes;

    Change(ClientState from) {
      device = from.device;
      token = from.token;
      paid = from.paid;
      pending = from.pending;
      collateral = from.collateral;
      evaluatorCollateral = from.evaluatorCollateral;
      epochs = from.epochs;
      pacing = from.pacing;
      permits = from.permits;
      fullyAskedMinutes = from.fullyAskedMinutes;
    }
  }

  /** The same but for what is set. Whose state it is never changes. */
  private ClientState changed(Consumer<Change> setting) {
    Change next = new Change(this);
    setting.accept(next);
    return new ClientState(
        owner,
        next.device,
        next.token,
        next.paid,
        next.pending,
        next.collateral,
        next.evaluatorCollateral,
        next.epochs,
        next.pacing,
        next.permits,
        next.fullyAskedMinutes);
  }

  byte[] retryNonce(byte[] ofRequest) {
    byte[] nonce = Arrays.copyOf(device, DiscoveryRequest.NONCE_BYTES);
    System.arraycopy(ofRequest, 0, nonce, DEVICE_BYTES, REQUEST_NONCE_BYTES);
    return nonce;
  }

  /** Plans the request that gets from the paid contacts to the wanted ones, or nearer to them. */
  ClientState planning(Collection<LookupKey> wanted, byte[] retryNonce) {
    SortedSet<LookupKey> fresh = minus(wanted, paid);
    SortedSet<LookupKey> discarded = minus(paid, wanted);
    if (paid.size() + fresh.size() > SizeClass.LARGEST) {
      // No request has room for both: forget the unwanted ones first, which costs nothing.
      fresh.clear();
    }
    return withPending(new Pending(retryNonce, fresh, discarded));
  }

  /** The pending request was granted: what it asked for is paid. */
  ClientState granted(byte[] newToken) {
    return changed(
        next -> {
          next.token = newToken;
          next.paid = covered();
          next.pending = null;
        });
  }

  /** The token is worth nothing, so nothing is paid; and a request that used it is void. */
  ClientState withoutToken() {
    return changed(
        next -> {
          next.token = new byte[0];
          next.paid = none();
          next.pending = null;
        });
  }

  /** Gives a state a device that has none. */
  ClientState withDevice(byte[] newDevice) {
    return Arrays.equals(device, new byte[DEVICE_BYTES])
        ? changed(next -> next.device = newDevice)
        : this;
  }

  ClientState withPending(@Nullable Pending newPending) {
    return changed(next -> next.pending = newPending);
  }

  ClientState withCollateral(byte[] newCollateral) {
    return changed(next -> next.collateral = newCollateral);
  }

  ClientState withEvaluatorCollateral(byte[] newCollateral) {
    return changed(next -> next.evaluatorCollateral = newCollateral);
  }

  ClientState withPacing(Pacing newPacing) {
    return changed(next -> next.pacing = newPacing);
  }

  /**
   * An enclave answered a request.
   *
   * @param mode in which it charges
   * @param quota that it attests; null when nobody showed its settings
   * @param asked new contacts of the request
   */
  ClientState charged(
      DiscoveryMode mode, @Nullable Quota quota, ReceivedTokenReply reply, int asked, Instant now) {
    PermitBounds known = permits != null && permits.mode() == mode ? permits : null;
    if (quota == null && known == null) {
      return withPermits(null);
    }
    PermitBounds before =
        known == null
            ? PermitBounds.unknown(mode, Objects.requireNonNull(quota), now)
            : known.under(quota == null ? known.quota() : quota);
    return withPermits(before.answered(reply, asked, now));
  }

  private ClientState withPermits(@Nullable PermitBounds newPermits) {
    return changed(next -> next.permits = newPermits);
  }

  /** What an app may be told of the permits that are left. */
  Optional<Permits> permits(Instant now) {
    if (permits == null) {
      return Optional.empty();
    }
    int inDoubt = pending == null ? 0 : pending.fresh().size();
    for (EpochOutputs outputs : epochs) {
      inDoubt += outputs.pending() == null ? 0 : outputs.pending().contacts().size();
    }
    return Optional.of(permits.toPermits(inDoubt, now));
  }

  /** A lookup among all registrations that was begun at that time was answered. */
  ClientState fullyAsked(Instant at) {
    return changed(
        next -> next.fullyAskedMinutes = (int) Duration.ofSeconds(at.getEpochSecond()).toMinutes());
  }

  /** When a lookup among all registrations was answered last; the start of time when none was. */
  Instant fullyAsked() {
    return Instant.EPOCH.plus(Duration.ofMinutes(fullyAskedMinutes));
  }

  /** Whether services were and are dealt with as in another state. */
  boolean hasConductOf(ClientState other) {
    return pacing.equals(other.pacing) && fullyAskedMinutes == other.fullyAskedMinutes;
  }

  /** What there is of a key, possibly nothing. */
  EpochOutputs outputs(KeyEpoch epoch) {
    return epochs.stream()
        .filter(outputs -> outputs.epoch().equals(epoch))
        .findFirst()
        .orElse(EpochOutputs.none(epoch));
  }

  /** Replaces what there is of a key, which is now the one used last. */
  ClientState with(EpochOutputs outputs) {
    List<EpochOutputs> all = new ArrayList<>(List.of(outputs));
    epochs.stream()
        .filter(other -> !other.epoch().equals(outputs.epoch()))
        .limit(EPOCHS - 1)
        .forEach(all::add);
    return withEpochs(all);
  }

  ClientState withEpochs(List<EpochOutputs> newEpochs) {
    return changed(next -> next.epochs = List.copyOf(newEpochs));
  }

  /** The key used last; null when none was. */
  @Nullable KeyEpoch lastEpoch() {
    return epochs.isEmpty() ? null : epochs.get(0).epoch();
  }

  /**
   * A state of blinded mode: without what truncated mode left behind, and without the keys of
   * contacts that are no longer wanted.
   *
   * @param epoch the key that is now the one used last
   */
  ClientState blinded(KeyEpoch epoch, Set<ContactName> wanted) {
    ClientState next =
        withoutToken().withEpochs(epochs.stream().map(outputs -> outputs.onlyOf(wanted)).toList());
    return next.with(next.outputs(epoch));
  }

  /** Without what blinded mode left. */
  ClientState withoutEpochs() {
    return changed(
        next -> {
          next.evaluatorCollateral = new byte[0];
          next.epochs = List.of();
        });
  }

  private static SortedSet<LookupKey> none() {
    return new TreeSet<>(KEY_ORDER);
  }

  /** Whether nothing was ever asked with this state. */
  boolean isUnused() {
    return !hasToken() && paid.isEmpty() && pending == null && epochs.isEmpty();
  }

  boolean hasToken() {
    return token.length == DiscoveryRequest.TOKEN_BYTES;
  }

  /** The contacts that are paid for once the pending request is granted. */
  SortedSet<LookupKey> covered() {
    if (pending == null) {
      return paid;
    }
    SortedSet<LookupKey> covered = minus(paid, pending.discarded());
    covered.addAll(pending.fresh());
    return covered;
  }

  private static SortedSet<LookupKey> minus(
      Collection<LookupKey> from, Collection<LookupKey> taken) {
    SortedSet<LookupKey> left = none();
    left.addAll(from);
    taken.forEach(left::remove);
    return left;
  }

  @Override
  public String toString() {
    return "ClientState[redacted]";
  }
}
