package org.blindbook.enclave.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.blindbook.edge.message.ReceivedClaims;
import org.blindbook.edge.message.ReceivedOffer;
import org.blindbook.enclave.SimpleHardware;
import org.blindbook.enclave.session.ChannelKeys.Offered;
import org.blindbook.enclave.settings.ClientLimits;
import org.blindbook.protocol.calls.CallError;
import org.blindbook.protocol.calls.CallException;
import org.blindbook.protocol.hardware.Hardware;
import org.blindbook.protocol.message.Claims;
import org.blindbook.protocol.message.Offer;
import org.junit.jupiter.api.Test;

/** One quote for all who wait, and each can tell that it was made for its nonce. */
class ChannelKeysTest {
  private static final int KEY_SESSIONS = 1_000;

  /** Counts quotes, which show what they bind; gives none when there is nothing to give. */
  private static final class Quoting implements Hardware {
    private final Hardware plain = new SimpleHardware("", 1);
    private boolean broken;
    private int quotes;

    @Override
    public Launch launch() {
      return plain.launch();
    }

    @Override
    public Evidence quote(byte[] reportData) throws IOException {
      if (broken) {
        throw new IOException("no quote today");
      }
      quotes++;
      return new Evidence(reportData.clone(), new byte[3]);
    }

    @Override
    public int securityVersion() {
      return 1;
    }

    @Override
    public byte[] sealingKey(byte[] label, int version) throws IOException {
      return plain.sealingKey(label, version);
    }
  }

  private final Quoting hardware = new Quoting();
  private final ArrayDeque<Runnable> quoter = new ArrayDeque<>();
  private final List<CallError> roleRefuses = new ArrayList<>();
  private Instant now = Instant.ofEpochSecond(1_800_000_000L);
  private final ChannelKeys keys =
      new ChannelKeys(
          hardware,
          new ClientLimits(Duration.ofMinutes(10), KEY_SESSIONS, 1, 1, 600),
          claims -> {
            if (!roleRefuses.isEmpty()) {
              throw new CallException(roleRefuses.getFirst());
            }
            return claims;
          },
          new SecureRandom(),
          () -> now);

  private static byte[] nonce(int number) {
    return ByteBuffer.allocate(Claims.NONCE_BYTES).putInt(number + 1).array();
  }

  private List<CompletableFuture<Offered>> ask(int count) {
    keys.quoteOn(quoter::add);
    List<CompletableFuture<Offered>> asked = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      asked.add(keys.offer(nonce(i), true));
    }
    return asked;
  }

  private void quote() {
    while (!quoter.isEmpty()) {
      quoter.remove().run();
    }
  }

  private static ReceivedClaims verified(Offered offered) throws Exception {
    ReceivedOffer offer = ReceivedOffer.decode(offered.offer().encode());
    ReceivedClaims claims = ReceivedClaims.decode(offer.claims());
    assertThat(offer.evidence()).isEqualTo(claims.reportData());
    assertThat(claims.channelKey()).isEqualTo(offered.key().publicKey());
    return claims;
  }

  @Test
  void oneQuoteServesAllWhoWait() throws Exception {
    for (int count : new int[] {1, 2, 3, 5, 8, 255, 256}) {
      int before = hardware.quotes;
      List<CompletableFuture<Offered>> asked = ask(count);
      quote();
      assertThat(hardware.quotes).isEqualTo(before + 1);
      for (int i = 0; i < count; i++) {
        assertThat(verified(asked.get(i).join()).nonce()).contains(nonce(i));
      }
    }
  }

  @Test
  void whoComesTooManyWaitsForTheNextQuote() throws Exception {
    List<CompletableFuture<Offered>> asked = ask(Offer.MOST_TOGETHER + 44);
    quote();
    assertThat(hardware.quotes).isEqualTo(2);
    assertThat(verified(asked.getLast().join()).nonce()).contains(nonce(299));
  }

  @Test
  void noPathLeadsFromOtherClaims() throws Exception {
    List<CompletableFuture<Offered>> asked = ask(5);
    quote();
    Offer one = asked.get(1).join().offer();
    Offer two = asked.get(2).join().offer();
    byte[] root = ReceivedClaims.decode(claims(one.claims(), one.path())).reportData();
    assertThat(ReceivedClaims.decode(claims(two.claims(), two.path())).reportData())
        .isEqualTo(root);
    assertThat(ReceivedClaims.decode(claims(one.claims(), two.path())).reportData())
        .isNotEqualTo(root);
    for (int bit = 0; bit < one.path().length * Byte.SIZE; bit += 3) {
      byte[] flipped = one.path().clone();
      flipped[bit / Byte.SIZE] ^= (byte) (1 << bit % Byte.SIZE);
      if (ByteBuffer.wrap(flipped).getInt() >>> 3 == 0) {
        assertThat(ReceivedClaims.decode(claims(one.claims(), flipped)).reportData())
            .isNotEqualTo(root);
      }
    }
  }

  private static byte[] claims(Claims claims, byte[] path) {
    byte[] bytes = Arrays.copyOf(claims.encode(), Claims.BYTES + path.length);
    System.arraycopy(path, 0, bytes, Claims.BYTES, path.length);
    return bytes;
  }

  @Test
  void whoSendsNoNonceGetsEvidenceToo() throws Exception {
    assertThat(verified(keys.offer(new byte[0], false).join()).nonce()).isEmpty();
  }

  @Test
  void aKeyServesForItsSessionsAndItsTime() throws Exception {
    byte[] first = keys.offer(nonce(0), true).join().key().publicKey();
    assertThat(keys.offer(nonce(1), true).join().key().publicKey()).isEqualTo(first);
    for (int i = 2; i < KEY_SESSIONS; i++) {
      keys.offer(nonce(i), true).join();
    }
    byte[] second = keys.offer(nonce(0), true).join().key().publicKey();
    assertThat(second).isNotEqualTo(first);
    now = now.plus(Duration.ofMinutes(10));
    assertThat(keys.offer(nonce(0), true).join().key().publicKey()).isNotEqualTo(second);
  }

  @Test
  void allWhoWaitAreToldThatThereIsNoEvidence() {
    hardware.broken = true;
    List<CompletableFuture<Offered>> asked = ask(3);
    quote();
    for (CompletableFuture<Offered> one : asked) {
      assertThat(refusal(one)).isEqualTo(CallError.NO_EVIDENCE);
    }
    hardware.broken = false;
    CompletableFuture<Offered> next = keys.offer(nonce(9), true);
    quote();
    assertThat(next).isCompleted();
  }

  @Test
  void aRoleThatIsNotReadyFailsThoseWhoWaitNow() {
    roleRefuses.add(CallError.NOT_READY);
    assertThat(refusal(keys.offer(nonce(0), false))).isEqualTo(CallError.NOT_READY);
    roleRefuses.clear();
    assertThat(keys.offer(nonce(0), false)).isCompleted();
  }

  @Test
  void noMoreWaitThanThereMayBeSessions() {
    List<CompletableFuture<Offered>> asked = ask(601);
    assertThat(refusal(asked.getLast())).isEqualTo(CallError.TOO_MANY_SESSIONS);
    quote();
    assertThat(asked.subList(0, 600)).allMatch(CompletableFuture::isDone);
    assertThat(hardware.quotes).isEqualTo(3);
  }

  private static CallError refusal(CompletableFuture<Offered> offered) {
    CallException[] refused = new CallException[1];
    assertThatThrownBy(offered::join)
        .cause()
        .isInstanceOfSatisfying(CallException.class, e -> refused[0] = e);
    return refused[0].error();
  }
}
