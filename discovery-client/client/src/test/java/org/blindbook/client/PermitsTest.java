package org.blindbook.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.blindbook.client.World.contacts;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.blindbook.edge.message.ReceivedTokenReply;
import org.blindbook.edge.message.ReceivedTokenReply.Outcome;
import org.blindbook.protocol.message.DiscoveryMode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What a client knows of its permits, which nobody tells it. */
class PermitsTest {
  private static final byte[] SETTINGS = FakeEnclave.SETTINGS_TEXT.getBytes(StandardCharsets.UTF_8);

  /**
   * Five days; the refill is rounded down to millionths of a permit a second, as the ledger does.
   */
  private static final long SECONDS_UNTIL_FULL =
      1 + (50_000L * 1_000_000 - 1) / (10_000L * 1_000_000 / 86_400);

  private final World world = new World();

  static Stream<World> worlds() {
    return Stream.of(new World(), World.blinded(), World.split());
  }

  private static Optional<Permits> permits(World world) {
    return world.builder().build().permits().join();
  }

  @ParameterizedTest
  @MethodSource("worlds")
  void countsWhatItSpentAndWhatCameBack(World world) throws Exception {
    world.transport.settings = SETTINGS;
    assertThat(permits(world)).isEmpty();
    int before = world.transport.upgrades.size();
    world.discover(contacts(0, 400));
    world.discover(contacts(0, 400));
    assertThat(permits(world))
        .contains(
            new Permits(
                0, 49_600, 50_000, 10_000, FakeEnclave.NOW.plusSeconds(SECONDS_UNTIL_FULL)));
    world.now = world.now.plus(Duration.ofDays(1));
    assertThat(permits(world).orElseThrow().atMost()).isEqualTo(50_000);
    assertThat(permits(world).orElseThrow().atLeast()).isBetween(9_990, 10_000);
    assertThat(Permits.of(world.store, null, world.clock())).isEqualTo(permits(world));
    assertThat(world.transport.upgrades.size() - before).as("only by discoveries").isLessThan(6);
  }

  @Test
  void aRefusalSaysTheLevel() {
    world.transport.settings = SETTINGS;
    world.enclave.permits = 0;
    // 600 asked, 100 left: 500 are missing, at 0.115740 a second.
    world.enclave.refusedRetryAfter = 1 + (int) (500 * 1_000_000L / 115_740);
    assertThat(world.failure(contacts(0, 600)).error()).isEqualTo(DiscoveryError.QUOTA_EXHAUSTED);
    Permits permits = permits(world).orElseThrow();
    assertThat(permits.atLeast()).isBetween(99, 100);
    assertThat(permits.atMost()).isEqualTo(100);
  }

  @Test
  void aRequestInDoubtMayBeCharged() {
    world.transport.settings = SETTINGS;
    world.discover(contacts(0, 10));
    world.now = world.now.plus(Duration.ofDays(1));
    world.enclave.keyExpiry = world.now.plusSeconds(600);
    world.transport.requestFailures.add(new IOException("broken by the test"));
    World.failure(world.builder().maxAttempts(1).build(), contacts(0, 1_010));
    Permits permits = permits(world).orElseThrow();
    assertThat(permits.atLeast()).isBetween(8_990, 9_000);
    assertThat(permits.atMost()).isEqualTo(50_000);
  }

  @Test
  void saysNothingWhereTheHostShowsOtherSettingsThanWereAttested() {
    world.transport.settings = "permits.capacity=1\npermits.refill-per-day=1\n".getBytes();
    // This verifier, unlike a policy, compares the text itself.
    assertThat(world.failure(contacts(0, 10)).error()).isEqualTo(DiscoveryError.UNTRUSTED_SERVER);
    world.transport.settings = new byte[0];
    world.discover(contacts(0, 10));
    assertThat(permits(world)).isEmpty();
  }

  @Test
  void survivesTheStateFormat() throws Exception {
    world.transport.settings = SETTINGS;
    world.transport.requestFailures.add(new IOException("broken by the test"));
    world.discover(contacts(0, 400));
    byte[] stored = world.store.load().orElseThrow();
    assertThat(StateFormat.encode(StateFormat.decode(stored))).isEqualTo(stored);
  }

  @Test
  void readsLimitsThatAreSome() {
    assertThat(Quota.of(SETTINGS)).contains(new Quota(50_000, 10_000));
    for (String bad :
        new String[] {
          "",
          "permits.capacity=5\n",
          "permits.capacity=0\npermits.refill-per-day=1\n",
          "permits.capacity=-5\npermits.refill-per-day=1\n",
          "permits.capacity=99999999999\npermits.refill-per-day=1\n",
          "permits.capacity=10000001\npermits.refill-per-day=1\n",
          "xpermits.capacity=5\npermits.refill-per-day=1\n"
        }) {
      assertThat(Quota.of(bad.getBytes(StandardCharsets.UTF_8))).as(bad).isEmpty();
    }
  }

  /** The ledger's own arithmetic, beside what a single device makes of the answers it gets. */
  @Test
  void theLevelIsBetweenTheBoundsWhateverHappens() {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    for (int run = 0; run < 300; run++) {
      Quota quota = new Quota(1 + random.nextInt(2_000), 1 + random.nextInt(2_000));
      long perSecond = quota.refillPerDay() * 1_000_000L / 86_400;
      long full = quota.capacity() * 1_000_000L;
      // Another device may have asked before this one did.
      long level = random.nextBoolean() ? full : (long) (random.nextDouble() * full);
      Instant now = FakeEnclave.NOW;
      PermitBounds bounds = PermitBounds.unknown(DiscoveryMode.TRUNCATED, quota, now);
      for (int i = 0; i < 60; i++) {
        long seconds = random.nextInt(40_000);
        now = now.plusSeconds(seconds);
        level = Math.min(full, level + seconds * perSecond);
        int asked = random.nextInt(quota.capacity() + quota.capacity() / 4 + 1);
        long missing = asked * 1_000_000L - level;
        ReceivedTokenReply reply;
        int inDoubt = 0;
        if (missing > 0) {
          int wait = asked > quota.capacity() ? 0 : (int) (1 + missing / perSecond);
          reply = new ReceivedTokenReply(Outcome.REFUSED, 0, wait, new byte[64]);
        } else {
          level -= asked * 1_000_000L;
          boolean lost = random.nextInt(4) == 0;
          if (lost) {
            inDoubt = asked;
            assertBetween(bounds, inDoubt, level, now, seed, run);
            long later = random.nextInt(5_000);
            now = now.plusSeconds(later);
            level = Math.min(full, level + later * perSecond);
          }
          reply = new ReceivedTokenReply(Outcome.GRANTED, lost ? 0 : asked, 0, new byte[64]);
        }
        bounds = bounds.answered(reply, asked, now);
        assertThat(bounds.isSound()).isTrue();
        assertBetween(bounds, 0, level, now, seed, run);
      }
    }
  }

  private static void assertBetween(
      PermitBounds bounds, int inDoubt, long level, Instant now, long seed, int run) {
    Permits told = bounds.toPermits(inDoubt, now);
    assertThat(level / 1_000_000)
        .as("seed %d, run %d", seed, run)
        .isBetween((long) told.atLeast(), (long) told.atMost());
    assertThat(told.fullAt()).isAfterOrEqualTo(now);
    assertThat(Arrays.asList(told.capacity(), told.perDay())).doesNotContain(0);
  }
}
