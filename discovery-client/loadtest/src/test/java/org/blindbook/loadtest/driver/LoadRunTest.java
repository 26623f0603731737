package org.blindbook.loadtest.driver;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.blindbook.loadtest.ScriptedServer;
import org.blindbook.loadtest.ScriptedServer.Fate;
import org.blindbook.loadtest.measurement.Counts;
import org.blindbook.loadtest.measurement.Outcome;
import org.blindbook.loadtest.measurement.Results;
import org.blindbook.loadtest.measurement.WrongContacts;
import org.blindbook.loadtest.population.AddressBooks;
import org.blindbook.loadtest.population.Population;
import org.blindbook.loadtest.schedule.LoadShape;
import org.blindbook.loadtest.schedule.Spacing;
import org.blindbook.loadtest.trust.CredentialMint;
import org.blindbook.loadtest.trust.EvidenceJudge;
import org.blindbook.loadtest.trust.OfferAppraisal;
import org.blindbook.loadtest.trust.UntrustedException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LoadRunTest {
  private static final Population POPULATION = new Population(1, 2_000);
  private static final AddressBooks BOOKS = new AddressBooks(POPULATION, 50, 0.5);

  private final ScriptedServer server = new ScriptedServer().register(POPULATION);
  private final List<byte[]> judged = new ArrayList<>();

  private int rate = 50;
  private int seconds = 2;
  private int warmUp = 1;
  private int sources = 1;
  private int places = 200;
  private int timeoutSeconds = 10;
  private int threads = 2;
  private double retriesPerSecond = 1_000;
  private RetryPolicy retry = RetryPolicy.NONE;
  private EvidenceJudge judge =
      (evidence, collateral, binding, now) -> {
        synchronized (judged) {
          judged.add(evidence);
        }
      };

  @AfterEach
  void stop() {
    server.close();
  }

  private LoadPlan plan() {
    return new LoadPlan(
        Target.of(URI.create(server.url())),
        CredentialMint.of(new byte[64], InstantSource.system()),
        new OfferAppraisal(judge, OfferAppraisal.Extent.FIRST, InstantSource.system()),
        POPULATION,
        BOOKS,
        30,
        LoadShape.steady(rate, seconds),
        Spacing.EVEN,
        warmUp,
        rate,
        sources,
        places,
        threads,
        Duration.ofSeconds(timeoutSeconds),
        retry,
        Duration.ofSeconds(60),
        retriesPerSecond);
  }

  private Results run() throws Exception {
    try (LoadRun run = new LoadRun(plan())) {
      return run.run(List.of(seconds), second -> {});
    }
  }

  private static void assertConsistent(Counts counts) {
    assertThat(counts.offered())
        .isEqualTo(counts.notSent() + counts.attempts() - counts.repeated())
        .isEqualTo(counts.notSent() + counts.right() + counts.wrong() + counts.gaveUp());
    assertThat(counts.attempts()).isEqualTo(counts.ended());
  }

  @Test
  void everyClientIsAnsweredRightly() throws Exception {
    Results results = run();
    assertThat(results.counts().offered()).isEqualTo(100);
    assertThat(results.counts().right()).isEqualTo(100);
    assertThat(results.answers().count()).isEqualTo(100);
    assertConsistent(results.counts());
    assertThat(server.connections()).as("with those of the warm-up").isEqualTo(150);
    assertThat(server.accounts).as("accounts take turns").hasSize(30);
    assertThat(judged).as("evidence").containsOnly(ScriptedServer.EVIDENCE).hasSizeLessThan(50);
  }

  @Test
  void clientsComeFromAsManyNetworksAsToldTo() throws Exception {
    sources = 3;
    warmUp = 0;
    assertThat(run().counts().right()).isEqualTo(100);
    assertThat(server.networks).containsOnly("127.1.0.1", "127.1.1.1", "127.1.2.1");
  }

  @Test
  void aNewChannelKeyIsVerifiedAnew() throws Exception {
    server.script =
        number -> {
          if (number == 70) {
            server.changeKey();
          }
          return Fate.ANSWERED;
        };
    judge =
        (evidence, collateral, binding, now) -> {
          synchronized (judged) {
            if (!judged.isEmpty() && server.connections() > 70) {
              throw new UntrustedException("Not this one.");
            }
            judged.add(evidence);
          }
        };
    Results results = run();
    assertThat(results.counts().failed()).containsKey("Not this one.");
    assertThat(results.counts().right()).isBetween(1L, 99L);
  }

  @Test
  void aWrongAnswerIsNoted() throws Exception {
    warmUp = 0;
    server.script = number -> number % 10 == 9 ? Fate.ANSWERED_WRONGLY : Fate.ANSWERED;
    Results results = run();
    assertThat(results.counts().wrong()).isEqualTo(10);
    assertThat(results.wrongContacts()).isEqualTo(new WrongContacts(0, 0, 250));
    assertThat(results.counts().right()).isEqualTo(90);
    assertConsistent(results.counts());
  }

  @Test
  void usersWhoAreNotThereAreMissed() throws Exception {
    try (ScriptedServer empty = new ScriptedServer();
        LoadRun run = new LoadRun(withServer(empty))) {
      assertThat(run.probe()).isEqualTo(new Outcome.Wrong(25, 0, 0));
    }
  }

  private LoadPlan withServer(ScriptedServer other) {
    LoadPlan plan = plan();
    return new LoadPlan(
        Target.of(URI.create(other.url())),
        plan.mint(),
        plan.appraisal(),
        plan.population(),
        plan.books(),
        plan.accounts(),
        plan.shape(),
        plan.spacing(),
        plan.warmUpSeconds(),
        plan.warmUpRate(),
        plan.sources(),
        plan.places(),
        plan.threads(),
        plan.timeout(),
        plan.retry(),
        plan.patience(),
        plan.retriesPerSecond());
  }

  /**
   * Of 200 clients in four seconds 50 come while the server stands still for a second. A driver
   * that waited for its answers would have asked once in that time.
   */
  @Test
  void aStallIsSeenByAllWhoCameInIt() throws Exception {
    seconds = 4;
    places = 1_000;
    server.script =
        number -> {
          if (number == 100) {
            server.stall(1_000);
          }
          return Fate.ANSWERED;
        };
    Results results = run();
    assertThat(results.counts().right()).as(results.toString()).isEqualTo(200);
    assertThat(results.answers().p99()).isGreaterThan(900);
    assertThat(results.answers().p90()).as("a tenth waited longer").isGreaterThan(450);
    assertThat(results.delays().p90()).as("nobody came later for it").isLessThan(450);
  }

  @Test
  void refusalsAndFailuresHaveTheirNames() throws Exception {
    Fate[] fates = {
      Fate.ANSWERED, Fate.UNAVAILABLE, Fate.OVERLOADED, Fate.UNAUTHORIZED, Fate.NO_PERMITS,
      Fate.MALFORMED, Fate.ANSWERED, Fate.ANSWERED, Fate.ANSWERED, Fate.ANSWERED
    };
    warmUp = 0;
    server.script = number -> fates[number % 10];
    Counts counts = run().counts();
    assertThat(counts.refused())
        .isEqualTo(Map.of("HTTP 503", 10L, "4503 OVERLOADED", 10L, "no permits", 10L));
    assertThat(counts.failed()).isEqualTo(Map.of("HTTP 401", 10L, "a malformed message", 10L));
    assertThat(counts.right()).isEqualTo(50);
    assertThat(counts.gaveUp()).isEqualTo(50);
    assertConsistent(counts);
  }

  @Test
  void whoGetsNoAnswerTimesOut() throws Exception {
    timeoutSeconds = 1;
    warmUp = 0;
    server.script = number -> number % 2 == 0 ? Fate.SILENT : Fate.ANSWERED;
    Results results = run();
    assertThat(results.counts().timedOut()).isEqualTo(50);
    assertThat(results.counts().right()).isEqualTo(50);
    assertThat(results.unfinished()).isZero();
    assertConsistent(results.counts());
  }

  @Test
  void whoFindsNoPlaceIsNotSent() throws Exception {
    places = 4;
    timeoutSeconds = 5;
    warmUp = 0;
    server.script = number -> Fate.SILENT;
    Results results = run();
    assertThat(results.counts().offered()).isEqualTo(100);
    assertThat(results.counts().notSent()).isEqualTo(96);
    assertThat(server.connections()).isEqualTo(4);
    assertConsistent(results.counts());
  }

  @Test
  void aPlaceIsFreeAgainOnceItsClientIsGone() throws Exception {
    places = 20;
    seconds = 4;
    warmUp = 0;
    Fate[] fates = {Fate.ANSWERED, Fate.UNAVAILABLE, Fate.OVERLOADED, Fate.MALFORMED};
    server.script = number -> fates[number % 4];
    Results results = run();
    assertThat(results.counts().attempts()).as(results.toString()).isGreaterThan(2 * places);
  }

  /** The server is away for a while from the first client on. */
  private void refuseFor(long millis) {
    server.script =
        number ->
            System.nanoTime() - server.asked.getFirst() < Duration.ofMillis(millis).toNanos()
                ? Fate.UNAVAILABLE
                : Fate.ANSWERED;
  }

  @Test
  void aStampedeComesBackAtOnce() throws Exception {
    warmUp = 0;
    seconds = 6;
    rate = 20;
    retriesPerSecond = 300;
    retry = RetryPolicy.STAMPEDE;
    refuseFor(1_500);
    Results results = run();
    Counts counts = results.counts();
    assertThat(counts.right()).as(results.toString()).isEqualTo(120);
    // 30 come while the server is away.
    assertThat(counts.repeated()).as("again and again, at the rate given").isBetween(45L, 1_860L);
    assertConsistent(counts);
  }

  /** The line is longer than the time-out; a server that is back must not seem slow for it. */
  @Test
  void aRepeatedAttemptCountsFromItsTurn() throws Exception {
    warmUp = 0;
    seconds = 6;
    rate = 20;
    timeoutSeconds = 1;
    retriesPerSecond = 8;
    retry = RetryPolicy.STAMPEDE;
    refuseFor(1_500);
    Results results = run();
    assertThat(results.answers().max()).as(results.toString()).isGreaterThan(2_500);
    assertThat(results.counts().timedOut()).isLessThan(10);
    assertConsistent(results.counts());
  }

  @Test
  void thePoliteWaitAsTheyAreAsked() throws Exception {
    warmUp = 0;
    seconds = 8;
    rate = 20;
    retry = RetryPolicy.POLITE;
    refuseFor(1_000);
    Results results = run();
    Counts counts = results.counts();
    assertThat(counts.right()).as(results.toString()).isEqualTo(160);
    assertThat(counts.repeated()).as("20 come while it is away").isBetween(5L, 60L);
    assertThat(results.answers().max()).as("from arrival").isGreaterThan(1_000);
    assertThat(results.attempts().max()).isLessThan(results.answers().max());
    assertConsistent(counts);
  }

  @Test
  void theUnreachableServerIsNamedSo() throws Exception {
    ScriptedServer gone = new ScriptedServer();
    LoadPlan plan = withServer(gone);
    gone.close();
    try (LoadRun run = new LoadRun(plan)) {
      assertThat(run.probe()).isEqualTo(new Outcome.Failed("connection refused", true));
    }
  }

  @Test
  void aRunThatIsStoppedHasWhatThereIs() throws Exception {
    seconds = 60;
    warmUp = 0;
    try (LoadRun run = new LoadRun(plan())) {
      Results results =
          run.run(
              List.of(seconds),
              second -> {
                if (second.number() == 1) {
                  run.stop();
                }
              });
      assertThat(results.scheduledSeconds()).isEqualTo(2);
      assertThat(results.counts().offered()).isBetween(80L, 110L);
    }
  }
}
