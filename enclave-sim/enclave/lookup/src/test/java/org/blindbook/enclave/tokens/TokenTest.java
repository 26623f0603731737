package org.blindbook.enclave.tokens;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.SecureRandom;
import java.util.Random;
import org.blindbook.edge.message.DiscoveryRequestWriter;
import org.blindbook.enclave.sealing.SecretKey;
import org.blindbook.protocol.lookup.DiscoveryRequest;
import org.blindbook.protocol.lookup.EntryKind;
import org.blindbook.protocol.message.MalformedMessageException;
import org.junit.jupiter.api.Test;

class TokenTest {
  private final RequestSets.Hasher hasher = new RequestSets.Hasher(new SecretKey(new byte[] {7}));
  private final Token tokens = new Token(new SecretKey(new byte[] {8}), new SecureRandom());
  private final byte[] account = new byte[32];

  private static DiscoveryRequest request(int capacity, long seed, EntryKind... kinds) {
    DiscoveryRequestWriter request =
        new DiscoveryRequestWriter(capacity, 0, new byte[32], new byte[0]);
    Random random = new Random(seed);
    int at = capacity - kinds.length;
    for (EntryKind kind : kinds) {
      request.set(at++, random.nextLong(), random.nextLong(), kind);
    }
    try {
      return DiscoveryRequest.decode(request.encoded());
    } catch (MalformedMessageException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void theNextTokenCoversKeptAndNewContactsWhateverTheOrderAndSizeClass() {
    RequestSets first = hasher.hash(request(64, 1, EntryKind.NEW, EntryKind.NEW, EntryKind.NEW));
    assertThat(first.fresh().count()).isEqualTo(3);
    assertThat(tokens.covers(new byte[64], account, first.paid())).isEqualTo(-1);
    byte[] token = tokens.issue(account, first.kept());

    RequestSets second =
        hasher.hash(request(512, 1, EntryKind.PREV, EntryKind.DISCARD, EntryKind.PREV));
    assertThat(tokens.covers(token, account, second.paid())).isEqualTo(-1);
    byte[] third = tokens.issue(account, second.kept());
    assertThat(tokens.covers(third, account, second.paid())).isZero();
    assertThat(tokens.covers(third, account, second.kept())).isEqualTo(-1);
  }

  @Test
  void aTokenOverAnotherSetAccountOrWithAChangedBitCoversNothing() {
    RequestSets sets = hasher.hash(request(64, 2, EntryKind.PREV, EntryKind.PREV));
    byte[] token = tokens.issue(account, sets.kept());
    assertThat(tokens.covers(token, account, sets.paid())).isEqualTo(-1);
    RequestSets fewer = hasher.hash(request(64, 2, EntryKind.PREV));
    assertThat(tokens.covers(token, account, fewer.paid())).isZero();
    byte[] other = account.clone();
    other[31] = 1;
    assertThat(tokens.covers(token, other, sets.paid())).isZero();
    assertThat(tokens.covers(new byte[64], account, sets.paid())).isZero();
    for (int bit = 0; bit < 8 * token.length; bit++) {
      byte[] changed = token.clone();
      changed[bit / 8] ^= (byte) (1 << (bit % 8));
      assertThat(tokens.covers(changed, account, sets.paid())).isZero();
    }
  }

  @Test
  void theSumIsExactAcrossTheCarry() {
    SetHash a = new SetHash(1, 0, -1);
    SetHash b = new SetHash(1, 0, 1);
    assertThat(a.plus(b).bytes()).isEqualTo(new SetHash(2, 1, 0).bytes());
    Random random = new Random(3);
    for (int i = 0; i < 100_000; i++) {
      long x = random.nextLong();
      long y = random.nextLong() >> random.nextInt(64);
      long expected = Long.compareUnsigned(x + y, x) < 0 ? 1 : 0;
      assertThat(SetHash.carry(x, y, x + y)).isEqualTo(expected);
    }
  }
}
