package org.blindbook.enclave.lookup;

import java.io.IOException;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.blindbook.enclave.constanttime.Masks;
import org.blindbook.enclave.permits.Permits;
import org.blindbook.enclave.sealing.SecretKey;
import org.blindbook.enclave.session.Service;
import org.blindbook.enclave.tokens.RequestSets;
import org.blindbook.enclave.tokens.Token;
import org.blindbook.protocol.calls.CallError;
import org.blindbook.protocol.calls.CallException;
import org.blindbook.protocol.calls.SessionEnd;
import org.blindbook.protocol.hardware.Hardware;
import org.blindbook.protocol.lookup.DiscoveryRequest;
import org.blindbook.protocol.lookup.Results;
import org.blindbook.protocol.message.MalformedMessageException;
import org.blindbook.protocol.message.TokenReply;

/**
 * Lookups for clients: what they cost, and what proves that it was paid.
 *
 * <p>Permits are worth less where the table has the newest registrations only, so there are more of
 * them there (docs/decisions/1551). What is paid with them is no use elsewhere: the keys have other
 * names. And it is paid each time: no token proves it later.
 */
final class LookupService implements Service {
  private static final byte[] NONE = {};

  private final LookupSettings settings;
  private final TableThread table;
  private final Permits permits;
  private final Token tokens;
  private final RequestSets.Hasher sets;
  private final InstantSource clock;

  /** All ones where what was paid once is paid for good, else zero. */
  private final long paidForGood;

  LookupService(
      Hardware hardware,
      LookupSettings settings,
      TableThread table,
      SecureRandom random,
      InstantSource clock)
      throws IOException {
    this.settings = settings;
    this.table = table;
    String keyPrefix = settings.recent() ? "recent " : "";
    this.permits = Permits.of(hardware, keyPrefix, settings.limits(), random);
    this.tokens = new Token(SecretKey.of(hardware, keyPrefix + "token"), random);
    this.sets = new RequestSets.Hasher(SecretKey.of(hardware, keyPrefix + "contact set"));
    this.clock = clock;
    this.paidForGood = settings.recent() ? 0 : -1;
  }

  /**
   * @leaks the request's size class, and whether it is well-formed and of the epoch served: the
   *     session ends when not
   */
  @Override
  public Answer ask(byte[] request, byte[] account, byte[] ledger)
      throws MalformedMessageException, CallException {
    DiscoveryRequest asked = DiscoveryRequest.decode(request);
    if (asked.epoch() != settings.epoch()) {
      asked.wipe();
      return new Ended(SessionEnd.WRONG_EPOCH);
    }
    if (settings.blinded().isPresent()) {
      // Whoever has a key has paid for it: docs/decisions/1105.
      return new Taken(TokenReply.encode(TokenReply.GRANTED, 0, 0, NONE), NONE, new Lookup(asked));
    }
    return charge(asked, account, ledger);
  }

  private Taken charge(DiscoveryRequest asked, byte[] account, byte[] ledger) throws CallException {
    RequestSets asks = sets.hash(asked);
    long valid = tokens.covers(asked.token(), account, asks.paid());
    Permits.Bill bill =
        new Permits.Bill(
            asked.retryNonce(), asks.fresh().bytes(), asks.fresh().count(), asked.capacity());
    Optional<Permits.Decision> decision =
        permits.charge(account, ledger, bill, valid, clock.instant().getEpochSecond());
    if (decision.isEmpty()) {
      asked.wipe();
      throw new CallException(CallError.NOT_UNSEALABLE);
    }
    Permits.Decision charged = decision.get();
    asked.dropUnless(charged.granted());
    long outcome =
        Masks.select(
            charged.granted(),
            TokenReply.GRANTED,
            Masks.select(valid, TokenReply.REFUSED, TokenReply.INVALID_TOKEN));
    byte[] token = tokens.issue(account, asks.kept());
    for (int i = 0; i < token.length; i++) {
      token[i] &= (byte) (charged.granted() & paidForGood);
    }
    return new Taken(
        TokenReply.encode(outcome, charged.charged(), charged.retryAfterSeconds(), token),
        charged.ledger(),
        new Lookup(asked));
  }

  private final class Lookup implements Work {
    private final DiscoveryRequest asked;

    Lookup(DiscoveryRequest asked) {
      this.asked = asked;
    }

    @Override
    public CompletableFuture<byte[]> begin() {
      return table.lookup(asked).thenApply(Results::encoded);
    }

    @Override
    public void abandon() {
      asked.wipe();
    }
  }
}
