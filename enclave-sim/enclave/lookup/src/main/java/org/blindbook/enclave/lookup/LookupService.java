package org.blindbook.enclave.lookup;

import java.io.IOException;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
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

/** Lookups for clients: what they cost, and what proves that it was paid. */
final class LookupService implements Service {
  private static final byte[] NONE = {};

  private final LookupSettings settings;
  private final TableThread table;
  private final Permits permits;
  private final Token tokens;
  private final RequestSets.Hasher sets;
  private final InstantSource clock;

  LookupService(
      Hardware hardware,
      LookupSettings settings,
      TableThread table,
      SecureRandom random,
      InstantSource clock)
      throws IOException {
    this.settings = settings;
    this.table = table;
    this.permits = Permits.of(hardware, settings.limits(), random);
    this.tokens = new Token(SecretKey.of(hardware, "token"), random);
    this.sets = new RequestSets.Hasher(SecretKey.of(hardware, "contact set"));
    this.clock = clock;
  }

  /**
   * @leaks the request's size class; whether it is well-formed and of the epoch served, whether its
   *     token is valid, and whether permits suffice: the session ends when not
   */
  @Override
  public Answer ask(byte[] request, byte[] account, byte[] ledger)
      throws MalformedMessageException, CallException {
    DiscoveryRequest asked = DiscoveryRequest.decode(request);
    Answer answer = answer(asked, account, ledger);
    if (!(answer instanceof Granted)) {
      asked.wipe();
    }
    return answer;
  }

  private Answer answer(DiscoveryRequest asked, byte[] account, byte[] ledger)
      throws CallException {
    if (asked.epoch() != settings.epoch()) {
      return new Ended(SessionEnd.WRONG_EPOCH);
    }
    if (settings.blinded().isPresent()) {
      // Whoever has a key has paid for it: docs/decisions/1105.
      return new Granted(TokenReply.granted(0, NONE), NONE, new Lookup(asked));
    }
    RequestSets asks = sets.hash(asked);
    if (!tokens.covers(asked.token(), account, asks.paid())) {
      return new Ended(SessionEnd.INVALID_TOKEN);
    }
    Optional<Permits.Decision> decision =
        permits.charge(
            account,
            ledger,
            asked.retryNonce(),
            asks.fresh().bytes(),
            asks.fresh().count(),
            clock.instant().getEpochSecond());
    Permits.Decision charged =
        decision.orElseThrow(() -> new CallException(CallError.NOT_UNSEALABLE));
    if (!charged.granted()) {
      return new Refused(TokenReply.refused(charged.retryAfterSeconds()), charged.ledger());
    }
    byte[] token = tokens.issue(account, asks.kept());
    return new Granted(
        TokenReply.granted(charged.charged(), token), charged.ledger(), new Lookup(asked));
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
