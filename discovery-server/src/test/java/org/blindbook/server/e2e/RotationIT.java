package org.blindbook.server.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.blindbook.attestation.AppraisalPolicy;
import org.blindbook.client.Discovery;
import org.blindbook.client.DiscoveryClient;
import org.blindbook.client.DiscoveryError;
import org.blindbook.client.DiscoveryException;
import org.blindbook.client.state.InMemoryStateStore;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The evaluator's key is changed while apps discover without a pause: nobody sees a gap. */
@Tag("campaign") // minutes
class RotationIT {
  private static final int REGISTERED = 500;

  /** Between two discoveries of an app: the machine also starts an enclave meanwhile. */
  private static final int PAUSE_MILLIS = 200;

  @TempDir Path folder;

  /** One user's app: discovers on and on, and everything it is told has to be right. */
  private static final class App implements AutoCloseable {
    private final Deployment deployment;
    private final String credential;
    private final int from;
    private final boolean updated;
    private final AppraisalPolicy firstPolicy;
    private final InMemoryStateStore state = new InMemoryStateStore();
    private final Thread thread = new Thread(this::run, "app");
    final AtomicInteger discoveries = new AtomicInteger();
    final AtomicInteger permits = new AtomicInteger();
    final Queue<Throwable> failures = new ConcurrentLinkedQueue<>();
    private volatile boolean ended;
    private volatile long longestNanos;

    /**
     * @param updated whether it learns of new keys, as an app does that is updated
     */
    App(Deployment deployment, int from, boolean updated) throws Exception {
      this.deployment = deployment;
      this.credential = deployment.credential(UUID.randomUUID());
      this.from = from;
      this.updated = updated;
      this.firstPolicy = deployment.policy();
      thread.start();
    }

    private void run() {
      while (!ended) {
        try {
          long start = System.nanoTime();
          Discovery found = discover();
          longestNanos = Math.max(longestNanos, System.nanoTime() - start);
          assertThat(found.matches()).isEqualTo(Numbers.matches(from, REGISTERED));
          permits.addAndGet(found.permitsUsed());
          discoveries.incrementAndGet();
          Thread.sleep(PAUSE_MILLIS);
        } catch (Throwable failure) {
          failures.add(failure);
        }
      }
    }

    /** From {@code from} on; the last 20 are not registered. */
    private Discovery discover() throws Exception {
      DiscoveryClient client =
          DiscoveryClient.builder(deployment.url())
              .policy(updated ? deployment.policy() : firstPolicy)
              .credentials(() -> credential)
              .stateStore(state)
              .maxAttempts(updated ? 10 : 3)
              .build();
      return client
          .discover(Numbers.identifiers(from, REGISTERED + 20))
          .toCompletableFuture()
          .join();
    }

    /** Waits for discoveries that began after now. */
    void awaitDiscoveries() throws Exception {
      int until = discoveries.get() + failures.size() + 2;
      long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
      while (discoveries.get() + failures.size() < until) {
        assertThat(System.nanoTime()).as("time for two discoveries").isLessThan(deadline);
        Thread.sleep(10);
      }
    }

    @Override
    public void close() throws Exception {
      ended = true;
      thread.join();
    }
  }

  private static String epoch(Deployment deployment, String command, String... more)
      throws Exception {
    List<String> line = new ArrayList<>(List.of("epoch", command, "--data-dir"));
    line.add(deployment.data().toString());
    line.addAll(List.of(more));
    return deployment.run(line.toArray(String[]::new));
  }

  private static Deployment.Outcome tryEpoch(Deployment deployment, String command, String number)
      throws Exception {
    return deployment.tryRun("epoch", command, "--data-dir", deployment.data().toString(), number);
  }

  @Test
  void aNewKeyTakesOverUnderLoad() throws Exception {
    try (Deployment deployment = Deployment.startWith(folder, List.of("--mode", "blinded"))) {
      deployment.load(Numbers.registrations(0, REGISTERED));
      deployment.awaitRecords(REGISTERED);
      try (App first = new App(deployment, REGISTERED - 30, true);
          App second = new App(deployment, REGISTERED - 60, true);
          App old = new App(deployment, REGISTERED - 10, false)) {
        List<App> apps = List.of(first, second, old);
        for (App app : apps) {
          app.awaitDiscoveries();
        }
        assertThat(first.permits).hasValue(50);

        loadIntoTheNextEpoch(deployment);
        assertThat(epoch(deployment, "list")).containsPattern("(?m)^1 +serving +yes +500 .*");
        for (App app : apps) {
          app.awaitDiscoveries();
        }
        assertThat(first.permits).as("nothing has changed for anybody").hasValue(50);

        assertThat(tryEpoch(deployment, "retire", "1").err()).contains("Epoch 1 serves");
        epoch(deployment, "switch", "2");
        for (App app : apps) {
          app.awaitDiscoveries();
        }
        assertThat(first.permits).as("each contact once more").hasValue(100);
        assertThat(old.permits).as("an app that does not know the new key").hasValue(30);
        assertThat(apps).allSatisfy(app -> assertThat(app.failures).isEmpty());

        epoch(deployment, "retire", "1");
        assertThat(deployment.files())
            .extracting(file -> file.getFileName().toString())
            .contains("evaluator-2.sealed", "registrations-2.db")
            .doesNotContain("evaluator-1.sealed", "registrations-1.db", "snapshot-1.sealed");
        old.close();
        assertThat(old.failures).isNotEmpty().allSatisfy(RotationIT::isWrongEpoch);
        first.awaitDiscoveries();
        second.awaitDiscoveries();
        assertThat(first.permits).hasValue(100);
        assertThat(first.failures).isEmpty();
        assertThat(second.failures).isEmpty();
        System.err.printf(
            "%d discoveries during the rotation, the slowest %d ms%n",
            first.discoveries.get() + second.discoveries.get(),
            Math.max(first.longestNanos, second.longestNanos) / 1_000_000);
      }
    }
  }

  /** What is loaded without naming an epoch is loaded into all: nobody is missing later. */
  private void loadIntoTheNextEpoch(Deployment deployment) throws Exception {
    Path users = users("users.csv", REGISTERED - 1);
    assertThat(tryLoad(deployment, users, "3").err()).contains("Epoch 3 is not live");
    assertThat(tryLoad(deployment, users, "2").exitCode()).isZero();
    Deployment.Outcome tooEarly = tryEpoch(deployment, "switch", "2");
    assertThat(tooEarly.exitCode()).isEqualTo(2);
    assertThat(tooEarly.err()).contains("499 are registered").contains("500");
    deployment.load(Numbers.registrations(REGISTERED - 1, REGISTERED));
  }

  private Path users(String name, int to) throws Exception {
    List<String> lines = new ArrayList<>(List.of("identifier,account_id"));
    Numbers.registrations(0, to).forEach((number, account) -> lines.add(number + "," + account));
    return Files.write(folder.resolve(name), lines);
  }

  private static Deployment.Outcome tryLoad(Deployment deployment, Path users, String epoch)
      throws Exception {
    return deployment.tryRun(
        "load", "--data-dir", deployment.data().toString(), "--epoch", epoch, users.toString());
  }

  private static void isWrongEpoch(Throwable failure) {
    assertThat(failure).isInstanceOf(CompletionException.class);
    assertThat(((DiscoveryException) failure.getCause()).error())
        .isEqualTo(DiscoveryError.WRONG_EPOCH);
  }
}
