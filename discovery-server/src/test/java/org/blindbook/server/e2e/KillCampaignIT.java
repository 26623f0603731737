package org.blindbook.server.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.blindbook.attestation.AppraisalPolicy;
import org.blindbook.client.Discovery;
import org.blindbook.client.DiscoveryClient;
import org.blindbook.client.DiscoveryError;
import org.blindbook.client.DiscoveryException;
import org.blindbook.client.state.InMemoryStateStore;
import org.blindbook.client.state.StateStore;
import org.blindbook.edge.identifier.Identifier;
import org.blindbook.server.enclavehost.EnclaveRole;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * SIGKILL for commands, servers, enclaves and platforms at random points, while commands load,
 * delete, unregister and replace, a backend changes registrations, and a client looks everybody up.
 * What was acknowledged is found and nothing else; what was under way when its writer was killed is
 * there whole or not at all. The client's account has as many permits as it has contacts, once.
 *
 * <p>{@code -Dblindbook.kills.count} and {@code -Dblindbook.kills.seed} make another campaign.
 */
@Tag("campaign")
@Timeout(1800)
class KillCampaignIT {
  private static final int KILLS = Integer.getInteger("blindbook.kills.count", 40);
  private static final long SEED = Long.getLong("blindbook.kills.seed", 20_261_128);

  /** Numbers below are always registered. */
  static final int STEADY = 40;

  /** From there to here they are the operator's, who registers and unregisters them. */
  static final int OF_THE_OPERATOR = 180;

  /** From there to here they are the backend's. */
  static final int OF_THE_BACKEND = 240;

  /** From there to here nobody is ever registered. */
  private static final int ALL = 280;

  static final int ACCOUNTS = 1_000;

  private static final Duration SOON = Duration.ofSeconds(30);

  /** Serve gives up after three deaths of an enclave that was never ready. */
  private static final int DEATHS_BEFORE_READY = 2;

  private enum Victim {
    COMMAND(28),
    ENCLAVE(27),
    PLATFORM(25),
    SERVER(20);

    private final int percent;

    Victim(int percent) {
      this.percent = percent;
    }
  }

  @TempDir Path folder;
  private final Random random = new Random(SEED);
  private final PossibleSets model = new PossibleSets();
  private final ReadWriteLock writing = new ReentrantReadWriteLock(true);
  private final Map<Victim, Integer> killed = new EnumMap<>(Victim.class);
  private final StateStore state = new InMemoryStateStore();
  private final List<Identifier> book = Numbers.identifiers(0, ALL);
  private final Map<UUID, Integer> accounts =
      IntStream.range(0, ACCOUNTS).boxed().collect(Collectors.toMap(Numbers::account, n -> n));
  private final List<CompletableFuture<Void>> threads = new ArrayList<>();
  private Deployment deployment;
  private AppraisalPolicy policy;
  private String credential;
  private CampaignOperator operator;
  private CampaignBackend backend;
  private volatile boolean stopped;
  private CompletableFuture<Void> announced = CompletableFuture.completedFuture(null);
  private int deathsBeforeReady;
  private volatile int discoveries;
  private volatile int failures;
  private volatile Seen latest = new Seen(System.nanoTime(), Map.of());

  /**
   * What a discovery found.
   *
   * @param startNanos when it was begun
   * @param set numbers, and the numbers of their accounts
   */
  private record Seen(long startNanos, Map<Integer, Integer> set) {}

  @Test
  void nothingIsLostWhoeverIsKilled() throws Exception {
    long start = System.nanoTime();
    ReentrantLock wholeSet = new ReentrantLock();
    Path config =
        Files.write(
            folder.resolve("serve.yaml"),
            List.of(
                "permits: {capacity: " + ALL + ", refill-per-day: 1}",
                "account: {work-milliseconds: 3000000, work-per-hour-milliseconds: 36000000}",
                "snapshot.every-seconds: 1",
                Deployment.PATIENT));
    deployment =
        Deployment.startWith(
            folder,
            List.of(
                "--config", config.toString(), "--management-port", "0", "--log-level", "info"));
    operator =
        new CampaignOperator(
            deployment,
            model,
            Files.createDirectory(folder.resolve("operator")),
            wholeSet,
            random.nextLong());
    backend = new CampaignBackend(deployment, model, wholeSet, random.nextLong());
    try {
      operator.begin();
      deployment.awaitRecords(STEADY);
      policy = deployment.policy();
      credential = deployment.credential(UUID.randomUUID());
      keepOn(this::discover);
      keepOn(() -> write(operator::command));
      keepOn(() -> write(backend::change));
      List<Victim> victims = victims();
      for (int kill = 0; kill < victims.size(); kill++) {
        kill(victims.get(kill));
        if (kill % 10 == 9) {
          requireExactly();
        }
      }
      requireExactly();
      stopped = true;
      threads.forEach(CompletableFuture::join);
      awaitReady();
      assertThat(deployment.stopServer()).isZero();
      deployment.startServer();
      stopped = false;
      keepOn(this::discover);
      requireExactly();
    } finally {
      stopped = true;
      System.out.printf(
          "seed %d: killed %s in %d s, %d commands and %d requests acknowledged (%d repeated), %d"
              + " and %d not, %d discoveries, %d failed%n",
          SEED,
          killed,
          TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - start),
          operator.acknowledged(),
          backend.acknowledged(),
          backend.repeated(),
          operator.killed(),
          backend.unanswered(),
          discoveries,
          failures);
      deployment.close();
    }
    for (Victim victim : Victim.values()) {
      assertThat(killed.get(victim)).as("%s killed", victim).isGreaterThan(KILLS / 10);
    }
    assertThat(discoveries).as("discoveries meanwhile").isGreaterThan(KILLS / 2);
  }

  /** In random order. */
  private List<Victim> victims() {
    List<Victim> victims = new ArrayList<>();
    for (Victim victim : Victim.values()) {
      victims.addAll(Collections.nCopies(Math.ceilDiv(KILLS * victim.percent, 100), victim));
    }
    Collections.shuffle(victims, random);
    return victims;
  }

  private interface Activity {
    void once() throws Exception;
  }

  private void keepOn(Activity activity) {
    CompletableFuture<Void> end = new CompletableFuture<>();
    threads.add(end);
    Thread.ofVirtual()
        .start(
            () -> {
              try {
                while (!stopped) {
                  activity.once();
                }
                end.complete(null);
              } catch (Throwable e) {
                end.completeExceptionally(e);
              }
            });
  }

  private void requireHealthy() {
    threads.stream().filter(CompletableFuture::isCompletedExceptionally).forEach(it -> it.join());
  }

  private void write(Activity activity) throws Exception {
    writing.readLock().lock();
    try {
      activity.once();
    } finally {
      writing.readLock().unlock();
    }
    Thread.sleep(20);
  }

  /** Nobody who was always registered is ever missing, nobody is there who never was. */
  private void discover() throws Exception {
    long start = System.nanoTime();
    try {
      Discovery found =
          DiscoveryClient.builder(deployment.url())
              .policy(policy)
              .credentials(() -> credential)
              .stateStore(state)
              .maxAttempts(1)
              .connectTimeout(Duration.ofSeconds(5))
              .build()
              .discover(book)
              .join();
      Map<Integer, Integer> set = new HashMap<>();
      for (int n = 0; n < ALL; n++) {
        UUID match = found.matches().get(book.get(n));
        if (match != null) {
          set.put(n, accounts.get(match));
        }
      }
      for (int n = 0; n < STEADY; n++) {
        assertThat(set).containsEntry(n, n);
      }
      assertThat(set.keySet()).allMatch(n -> n < OF_THE_BACKEND);
      discoveries++;
      latest = new Seen(start, set);
    } catch (CompletionException e) {
      DiscoveryError error = ((DiscoveryException) e.getCause()).error();
      assertThat(error.retryable()).as("%s", error).isTrue();
      failures++;
      Thread.sleep(50);
    }
  }

  /** What a client finds is what the model says, and the data directory is whole. */
  private void requireExactly() throws Exception {
    awaitReady();
    writing.writeLock().lock();
    try {
      long start = System.nanoTime();
      while (latest.startNanos - start < 0 || !model.found(latest.set)) {
        requireHealthy();
        assertThat(Duration.ofNanos(System.nanoTime() - start))
            .as(
                "what is found (%s) becomes one of %s sets, such as %s; seed %s",
                latest.set, model.size(), model.any(), SEED)
            .isLessThan(SOON);
        Thread.sleep(20);
      }
    } finally {
      writing.writeLock().unlock();
    }
    deployment.run("check", "--data-dir", deployment.data().toString());
  }

  private void awaitReady() throws Exception {
    announced.join();
    deployment.awaitReady();
  }

  private void kill(Victim victim) throws Exception {
    if (victim != Victim.COMMAND && random.nextInt(3) == 0) {
      awaitReady();
    }
    if (!announced.isDone()
        && (victim == Victim.ENCLAVE || victim == Victim.PLATFORM)
        && ++deathsBeforeReady > DEATHS_BEFORE_READY) {
      awaitReady();
    }
    while (!strike(victim)) {
      requireHealthy();
      Thread.sleep(2);
    }
    killed.merge(victim, 1, Integer::sum);
    if (victim == Victim.SERVER) {
      deathsBeforeReady = 0;
      announced = deployment.launchServer();
    }
  }

  /** Kills after a random time. False when there was nobody to kill. */
  private boolean strike(Victim victim) throws Exception {
    if (victim == Victim.COMMAND) {
      return strikeCommand();
    }
    Thread.sleep(random.nextInt(800));
    ProcessHandle server = deployment.host();
    assertThat(server.isAlive()).as("the server ended: %s", deployment.lastWords()).isTrue();
    return switch (victim) {
      case COMMAND, SERVER -> end(Optional.of(server));
      case PLATFORM -> end(deployment.findPlatform(EnclaveRole.LOOKUP));
      case ENCLAVE ->
          end(deployment.findPlatform(EnclaveRole.LOOKUP).flatMap(KillCampaignIT::enclave));
    };
  }

  private boolean strikeCommand() throws Exception {
    Optional<Process> command = operator.running();
    if (command.isEmpty()) {
      return false;
    }
    TimeUnit.NANOSECONDS.sleep((long) (operator.nanos() * random.nextDouble()));
    command.get().toHandle().destroyForcibly();
    return command.get().waitFor() == CampaignOperator.KILLED;
  }

  /** Once it has become the enclave: a process that is being made is the platform's. */
  private static Optional<ProcessHandle> enclave(ProcessHandle platform) {
    return platform
        .children()
        .filter(child -> child.info().command().filter(c -> c.endsWith("/java")).isPresent())
        .findFirst();
  }

  private static boolean end(Optional<ProcessHandle> process) {
    if (process.isEmpty() || !process.get().destroyForcibly()) {
      return false;
    }
    process.get().onExit().join();
    return true;
  }
}
