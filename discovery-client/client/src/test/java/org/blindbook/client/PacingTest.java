package org.blindbook.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.blindbook.client.World.contacts;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.blindbook.client.state.InMemoryStateStore;
import org.blindbook.client.transport.Transport.ClosedException;
import org.blindbook.client.transport.Transport.RefusedException;
import org.blindbook.edge.endpoint.CloseCode;
import org.blindbook.edge.identifier.Identifier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A client of a service in trouble: it comes back seldom, late, and at no time of its own. */
class PacingTest {
  private static final List<Identifier> BOOK = contacts(0, 10);

  private final World world = new World();

  /** Every connection is refused in this way. */
  private static void refuse(World world, Supplier<IOException> how) {
    world.transport.refusals.clear();
    for (int i = 0; i < 200; i++) {
      world.transport.refusals.add(how.get());
    }
  }

  private static IOException overloaded(int retryAfter) {
    return new ClosedException(
        CloseCode.OVERLOADED.code(), retryAfter == 0 ? "" : CloseCode.retryAfterReason(retryAfter));
  }

  private static int connections(World world) {
    return world.transport.upgrades.size();
  }

  /** As in January 2021: users who open the app again and again, and a service that is down. */
  @Test
  void aHundredClientsThatAreRefusedMakeATenthMoreConnectionsThanCalls() {
    int clients = 100;
    int calls = 60;
    int connections = 0;
    for (int i = 0; i < clients; i++) {
      World phone = new World();
      refuse(phone, () -> overloaded(0));
      for (int call = 0; call < calls; call++) {
        // A new client each time, as of an app that the system ends after each call.
        assertThat(phone.failure(BOOK).error()).isEqualTo(DiscoveryError.OVERLOADED);
        phone.now = phone.now.plusSeconds(60);
      }
      connections += connections(phone);
    }
    assertThat(connections)
        .isGreaterThan(clients * calls)
        .isLessThanOrEqualTo(clients * (calls + calls / 10 + Pacing.RESERVE));
  }

  @Test
  void aClientThatSyncsForDaysWithoutTroubleMayRetryThreeTimes() {
    for (int day = 0; day < 30; day++) {
      world.discover(BOOK);
    }
    int before = connections(world);
    refuse(world, () -> overloaded(0));
    world.failure(BOOK);
    assertThat(connections(world) - before).isEqualTo(1 + Pacing.RESERVE);
    assertThat(world.pauses).hasSize(Pacing.RESERVE);
  }

  @Test
  void anEmptyBudgetIsReportedWithATimeToComeBackAtThatGrows() {
    refuse(world, () -> overloaded(0));
    world.failure(BOOK);
    int before = connections(world);
    List<Long> told = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      DiscoveryException failure = world.failure(BOOK);
      assertThat(failure.error()).isEqualTo(DiscoveryError.OVERLOADED);
      told.add(failure.retryAfter().orElseThrow().toSeconds());
      assertThat(failure)
          .hasMessageStartingWith("The service is at its limit. Try again in ")
          .hasMessageEndingWith(".");
    }
    assertThat(connections(world) - before).as("no retries").isEqualTo(8);
    // Of eight failures after four, the last is spread over 2^11 seconds; all of them are short
    // with a probability below 2^-30.
    assertThat(told).anySatisfy(seconds -> assertThat(seconds).isGreaterThan(20));
    assertThat(told).allSatisfy(seconds -> assertThat(seconds).isBetween(0L, 3_600L));
  }

  @Test
  void anAppThatDiesWhileItWaitsIsHeldToTheSameBudget() {
    refuse(world, () -> overloaded(0));
    AtomicInteger retries = new AtomicInteger();
    for (int start = 0; start < 50; start++) {
      DiscoveryClient dying =
          world
              .builder()
              .pause(
                  pause -> {
                    retries.incrementAndGet();
                    throw new Steps.Halt();
                  })
              .build();
      assertThatThrownBy(() -> dying.discover(BOOK).join()).isNotNull();
    }
    assertThat(retries).hasValueLessThanOrEqualTo(Pacing.RESERVE + 50 / 10);
  }

  @Test
  void whoCannotRememberARetryDoesNotMakeIt() {
    refuse(world, () -> overloaded(0));
    // The first is the load; a write is two steps.
    world.store =
        new CrashingStore(new InMemoryStateStore(), Steps.failing(Steps.Failure.ERROR, 2));
    assertThat(world.failure(BOOK).error()).isEqualTo(DiscoveryError.OVERLOADED);
    assertThat(connections(world)).isOne();
  }

  @Test
  void maxAttemptsDoesNotMakeItMorePersistent() {
    refuse(world, () -> overloaded(0));
    World.failure(world.builder().maxAttempts(50).build(), BOOK);
    assertThat(connections(world)).isEqualTo(1 + Pacing.RESERVE);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3, 10, 15})
  void waitsWithinTheCallAtLeastAsLongAsTheServerAsks(int seconds) {
    world.transport.refusals.add(new RefusedException(503, seconds));
    world.transport.refusals.add(new RefusedException(429, seconds));
    world.transport.requestFailures.add(overloaded(seconds));
    world.discover(BOOK);
    assertThat(world.pauses)
        .hasSize(3)
        .allSatisfy(
            pause ->
                assertThat(pause)
                    .isBetween(
                        Duration.ofSeconds(seconds),
                        Duration.ofSeconds(seconds + Math.max(seconds, 4))));
  }

  @ParameterizedTest
  @CsvSource({"503, OVERLOADED", "429, RATE_LIMITED"})
  void aLongWaitIsKeptByTheNextProcess(int status, DiscoveryError error) {
    world.transport.refusals.add(new RefusedException(status, 600));
    world.failure(BOOK);
    for (int seconds : new int[] {0, 60, 580}) {
      world.now = FakeEnclave.NOW.plusSeconds(seconds);
      DiscoveryException failure = world.failure(BOOK);
      if (seconds < 580) {
        assertThat(failure.error()).isEqualTo(error);
        assertThat(failure.retryAfter().orElseThrow().toSeconds())
            .isBetween(600L - seconds, 2L * (600 - seconds));
      }
      assertThat(connections(world)).isOne();
    }
    world.now = FakeEnclave.NOW.plusSeconds(590);
    world.discover(BOOK);
    assertThat(connections(world)).isEqualTo(2);
    assertThat(world.pauses)
        .singleElement()
        .satisfies(p -> assertThat(p).isBetween(Duration.ofSeconds(10), Duration.ofSeconds(20)));
    world.pauses.clear();
    world.discover(BOOK);
    assertThat(world.pauses).isEmpty();
  }

  @Test
  void aServerKeepsClientsAwayForAnHourAtMost() {
    world.transport.refusals.add(new RefusedException(503, 999_999_999));
    assertThat(world.failure(BOOK).retryAfter().orElseThrow())
        .isBetween(Duration.ofDays(1), Duration.ofDays(2));
    world.now = FakeEnclave.NOW.plus(Pacing.LONGEST).minusSeconds(60);
    assertThat(world.failure(BOOK).error()).isEqualTo(DiscoveryError.OVERLOADED);
    assertThat(connections(world)).isOne();
    world.now = FakeEnclave.NOW.plus(Pacing.LONGEST);
    world.enclave.keyExpiry = world.now.plusSeconds(600);
    world.discover(BOOK);
    assertThat(world.pauses).isEmpty();
  }

  @Test
  void aClockThatIsSetBackLocksNobodyOut() {
    world.transport.refusals.add(new RefusedException(503, 600));
    world.failure(BOOK);
    world.now = FakeEnclave.NOW.minusSeconds(86_400);
    world.discover(BOOK);
    assertThat(world.pauses).isEmpty();
  }

  /** Full jitter: every pause from what was asked for on is as likely as any other. */
  @ParameterizedTest
  @CsvSource({"0, 1, 1000", "0, 3, 4000", "0, 9, 15000", "10, 1, 10000", "2, 5, 15000"})
  void pausesAreSpreadEvenly(int floorSeconds, int failures, int rangeMillis) {
    Random random = new Random(20_210_115);
    Duration floor = Duration.ofSeconds(floorSeconds);
    int[] bins = new int[10];
    int draws = 10_000;
    for (int i = 0; i < draws; i++) {
      long beyond = Retries.DEFAULT.pause(floor, failures, random).minus(floor).toMillis();
      assertThat(beyond).isBetween(0L, (long) rangeMillis);
      bins[(int) (beyond * 10 / (rangeMillis + 1))]++;
    }
    double expected = draws / 10.0;
    double chiSquare =
        Arrays.stream(bins).mapToDouble(n -> (n - expected) * (n - expected) / expected).sum();
    // Nine degrees of freedom: 27.9 is exceeded once in a thousand.
    assertThat(chiSquare).isLessThan(27.9);
  }

  /** Zero would say that nothing is known of when to come back. */
  @Test
  void anAppIsNeverToldToWaitForNothing() {
    RandomGenerator least = () -> 0;
    assertThat(Retries.DEFAULT.pauseOfApp(Duration.ZERO, 1, least))
        .isEqualTo(Duration.ofSeconds(1));
    assertThat(Retries.DEFAULT.pauseOfApp(Duration.ofSeconds(20), 1, least))
        .isEqualTo(Duration.ofSeconds(20));
  }

  @Test
  void clientsThatFailTogetherDoNotComeBackTogether() {
    List<Long> pauses = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      World phone = new World();
      phone.transport.refusals.add(new RefusedException(503, 10));
      phone.discover(BOOK);
      pauses.add(phone.pauses.get(0).toMillis());
    }
    for (long from = 10_000; from < 20_000; from += 1_000) {
      long start = from;
      assertThat(pauses.stream().filter(p -> p >= start && p < start + 1_000).count())
          .as("comebacks in the second from %d ms", from)
          .isBetween(2L, 50L);
    }
  }

  /** The outcome is a secret: what is stored of it must not show in when the client comes back. */
  @Test
  void aRefusedRequestLeavesTheSamePacingAsAGrantedOne() throws Exception {
    List<Pacing> left = new ArrayList<>();
    for (int permits : new int[] {0, 1_000}) {
      World phone = new World();
      phone.transport.refusals.add(overloaded(1));
      phone.enclave.permits = permits;
      phone.enclave.refusedRetryAfter = 4_000;
      if (permits == 0) {
        assertThat(phone.failure(BOOK).error()).isEqualTo(DiscoveryError.QUOTA_EXHAUSTED);
      } else {
        phone.discover(BOOK);
      }
      left.add(StateFormat.decode(phone.store.load().orElseThrow()).pacing());
    }
    assertThat(left.get(0)).isEqualTo(left.get(1)).isEqualTo(new Pacing(20, 0, 0, null));
  }

  /** A wrong address leaves nothing that would keep the right one from being used. */
  @Test
  void aStateOfNothingButFailuresBelongsToNobody() {
    refuse(world, () -> new IOException("no such host"));
    world.failure(BOOK);
    world.transport.refusals.clear();
    world.credential = "another:1:code";
    assertThat(world.discover(BOOK).permitsUsed()).isEqualTo(10);
  }

  @Test
  void theProgressIsToldOfEachPause() {
    List<Duration> told = new ArrayList<>();
    world.transport.refusals.add(new RefusedException(503, 5));
    DiscoveryProgress progress =
        new DiscoveryProgress() {
          @Override
          public void at(Stage stage, int contacts) {}

          @Override
          public void retrying(DiscoveryError why, Duration pause) {
            assertThat(why).isEqualTo(DiscoveryError.OVERLOADED);
            told.add(pause);
          }
        };
    world.builder().progress(progress).build().discover(BOOK).join();
    assertThat(told).hasSize(1).isEqualTo(world.pauses);
  }

  @Test
  void countsOverCalls() {
    Pacing pacing = Pacing.fresh();
    Instant now = FakeEnclave.NOW;
    DiscoveryException failure =
        new DiscoveryException(DiscoveryError.RESTARTING, "", Duration.ofSeconds(7));
    int retries = 0;
    for (int call = 0; call < 1_000; call++) {
      pacing = pacing.called().failed(failure, now);
      while (pacing.affordsRetry()) {
        retries++;
        pacing = pacing.retrying().failed(failure, now);
      }
    }
    assertThat(retries).isEqualTo(Pacing.RESERVE + 100 - 1);
    assertThat(pacing.failures()).isEqualTo(Pacing.MAX_FAILURES);
    assertThat(pacing.remaining(now)).isEqualTo(Duration.ofSeconds(7));
    assertThat(pacing.answered().remaining(now)).isZero();
  }
}
