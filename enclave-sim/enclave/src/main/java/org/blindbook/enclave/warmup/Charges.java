package org.blindbook.enclave.warmup;

import java.security.SecureRandom;
import org.blindbook.enclave.oblivious.RandomSource;
import org.blindbook.enclave.permits.Permits;
import org.blindbook.enclave.permits.RequestSets;
import org.blindbook.enclave.permits.Token;
import org.blindbook.enclave.sealing.SecretKey;
import org.blindbook.protocol.calls.EnclaveCalls;
import org.blindbook.protocol.message.DiscoveryRequest;
import org.blindbook.protocol.message.EntryKind;
import org.blindbook.protocol.message.SizeClass;

/**
 * Sets, tokens and charges on their own: a conversation comes to each once, C2 wants to see them
 * thousands of times, and handshakes between them would take seconds.
 */
final class Charges {
  private static final int TIMES = 1_500;
  private static final int CAPACITY = SizeClass.SMALLEST;

  private final SecureRandom random;
  private final Permits permits;
  private final Token tokens;
  private final RequestSets.Hasher hasher;
  private final byte[] account = new byte[EnclaveCalls.ACCOUNT_BYTES];

  Charges(SecureRandom random) {
    this.random = random;
    this.permits = new Permits(CAPACITY, 86_400, key(), key(), random);
    this.tokens = new Token(key(), random);
    this.hasher = new RequestSets.Hasher(key());
  }

  private SecretKey key() {
    byte[] key = new byte[32];
    random.nextBytes(key);
    return new SecretKey(key);
  }

  /** New and repeated, granted and refused, with a token and without, by turns. */
  void run() {
    byte[] ledger = {};
    byte[] token = new byte[DiscoveryRequest.TOKEN_BYTES];
    RequestSets sets = hasher.hash(request(0, EntryKind.NEW));
    for (int i = 0; i < TIMES; i++) {
      boolean repeated = i % 4 == 1;
      if (!repeated) {
        sets = hasher.hash(request(random.nextInt(CAPACITY + 1), EntryKind.values()[i % 3]));
      }
      tokens.covers(token, account, i % 5 == 0 ? sets.paid() : sets.kept());
      token = tokens.issue(account, sets.kept());
      ledger =
          permits
              .charge(account, i % 64 == 0 ? new byte[0] : ledger, nonce(), sets.fresh(), 20L * i)
              .orElseThrow()
              .ledger();
    }
  }

  private static byte[] nonce() {
    return new byte[DiscoveryRequest.NONCE_BYTES];
  }

  private DiscoveryRequest request(int contacts, EntryKind kind) {
    DiscoveryRequest request = DiscoveryRequest.create(SizeClass.SMALLEST, 0, nonce(), new byte[0]);
    long[] keys = new long[contacts];
    RandomSource.of(random).fill(keys);
    for (int i = 0; i < contacts; i++) {
      request.set(i, keys[i], i, kind);
    }
    return request;
  }
}
