package org.blindbook.server.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.blindbook.client.Discovery;
import org.blindbook.client.DiscoveryClient;
import org.blindbook.client.state.InMemoryStateStore;
import org.blindbook.client.state.StateStore;
import org.blindbook.edge.identifier.Identifier;
import org.blindbook.server.auth.CredentialMinter;
import org.blindbook.server.enclavehost.EnclaveRole;
import org.blindbook.server.installation.DataDirectory;
import org.blindbook.server.installation.InstallationKeys;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What a whole service does in a second, with its real processes on this machine. Not part of the
 * build: {@code docs/performance/measure-service FILE}, which adds a line to the file for each
 * figure.
 */
class ServiceMeasurement {
  private static final int CORES = Runtime.getRuntime().availableProcessors();
  private static final int ROWS = 1_000_000;
  private static final int BATCH = 512;
  private static final int CONNECTIONS = 2 * CORES;
  private static final int SECONDS = 20;
  private static final int BOOK = 1_000;
  private static final int RUNS = 11;
  private static final int WARM_UP = 20;
  private static final int STARTS = 3;

  @TempDir Path folder;

  /** Writes a figure, in all and for each core; two cores at half their speed are one. */
  private static void rate(String what, double perSecond, double enclavePerSecond)
      throws IOException {
    write(
        String.format(
            Locale.ROOT,
            "{\"figure\":\"%s\",\"unit\":\"/s\",\"value\":%.0f,\"cores\":%d,\"perCore\":%.0f,"
                + "\"perEnclaveCpuSecond\":%.0f}",
            what,
            perSecond,
            CORES,
            perSecond / CORES,
            enclavePerSecond));
  }

  private static void times(String what, double[] millis) throws IOException {
    double[] sorted = millis.clone();
    Arrays.sort(sorted);
    write(
        String.format(
            Locale.ROOT,
            "{\"figure\":\"%s\",\"unit\":\"ms\",\"value\":%.1f,\"runs\":%d,\"fastest\":%.1f,"
                + "\"slowest\":%.1f}",
            what,
            sorted[sorted.length / 2],
            sorted.length,
            sorted[0],
            sorted[sorted.length - 1]));
  }

  private static void write(String line) throws IOException {
    System.out.println(line);
    String file = System.getProperty("blindbook.measurements");
    if (file != null) {
      Files.writeString(
          Path.of(file), line + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }
  }

  private static double millisSince(long start) {
    return (System.nanoTime() - start) / 1e6;
  }

  private static double cpuSeconds(ProcessHandle process) {
    return process.info().totalCpuDuration().orElse(Duration.ZERO).toNanos() / 1e9;
  }

  private Deployment blinded(String name) throws Exception {
    Path its = Files.createDirectory(folder.resolve(name));
    Path config =
        Files.write(
            its.resolve("serve.yaml"),
            List.of("permits.capacity: 10000000", "account.work-milliseconds: 999999999"));
    return Deployment.startWith(its, List.of("--mode", "blinded", "--config", config.toString()));
  }

  @Test
  void load() throws Exception {
    try (Deployment deployment = blinded("load")) {
      ProcessHandle enclave = deployment.enclave(EnclaveRole.EVALUATOR);
      double before = cpuSeconds(enclave);
      long start = System.nanoTime();
      deployment.load(Numbers.registrations(0, ROWS));
      double seconds = millisSince(start) / 1e3;
      rate("load, identifiers", ROWS / seconds, ROWS / (cpuSeconds(enclave) - before));
    }
  }

  /** Each batch is a connection, as a client's is: offer, handshake, charge and proof included. */
  @Test
  void evaluations() throws Exception {
    try (Deployment deployment = blinded("evaluations")) {
      run(deployment, SECONDS / 4);
      ProcessHandle enclave = deployment.enclave(EnclaveRole.EVALUATOR);
      double before = cpuSeconds(enclave);
      long start = System.nanoTime();
      long done = run(deployment, SECONDS);
      double seconds = millisSince(start) / 1e3;
      rate(
          "evaluations, " + CONNECTIONS + " connections, batches of " + BATCH,
          done / seconds,
          done / (cpuSeconds(enclave) - before));
    }
  }

  private static long run(Deployment deployment, int seconds) throws Exception {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
    LongAdder done = new LongAdder();
    List<Future<?>> clients = new ArrayList<>();
    try (ExecutorService threads = Executors.newFixedThreadPool(CONNECTIONS)) {
      for (int i = 0; i < CONNECTIONS; i++) {
        String credential = deployment.credential(UUID.randomUUID());
        clients.add(
            threads.submit(
                () -> {
                  while (System.nanoTime() < end) {
                    BlindedClient.evaluateAnything(deployment, credential, BATCH);
                    done.add(BATCH);
                  }
                  return null;
                }));
      }
      for (Future<?> client : clients) {
        client.get();
      }
    }
    return done.sum();
  }

  @Test
  void syncs() throws Exception {
    try (Deployment deployment = blinded("syncs")) {
      deployment.load(Numbers.registrations(0, 2 * BOOK));
      CredentialMinter minter =
          new CredentialMinter(
              new InstallationKeys(DataDirectory.open(deployment.data())).credentialKey(),
              InstantSource.system());
      List<Identifier> book = Numbers.identifiers(BOOK, 2 * BOOK);
      double[] cold = new double[WARM_UP + RUNS];
      double[] cached = new double[WARM_UP + RUNS];
      double[] threeNew = new double[WARM_UP + RUNS];
      for (int i = 0; i < WARM_UP + RUNS; i++) {
        String credential = minter.mint(UUID.randomUUID()).orElseThrow();
        StateStore store = new InMemoryStateStore();
        DiscoveryClient client =
            DiscoveryClient.builder(deployment.url())
                .policy(deployment.policy())
                .credentials(() -> credential)
                .stateStore(store)
                .stateKey(new byte[32])
                .build();
        cold[i] = sync(client, book, BOOK);
        cached[i] = sync(client, book, 0);
        threeNew[i] = sync(client, Numbers.identifiers(BOOK - 3, 2 * BOOK), 3);
      }
      times("1,000 contacts, all new", last(cold));
      times("1,000 contacts, all cached", last(cached));
      times("1,003 contacts, 3 new", last(threeNew));
      freshProcesses(deployment);
    }
  }

  private static double[] last(double[] millis) {
    return Arrays.copyOfRange(millis, millis.length - RUNS, millis.length);
  }

  private static double sync(DiscoveryClient client, List<Identifier> book, int permits) {
    long start = System.nanoTime();
    Discovery found = client.discover(book).toCompletableFuture().join();
    double millis = millisSince(start);
    assertThat(found.matches()).hasSize(book.size());
    assertThat(found.permitsUsed()).isEqualTo(permits);
    return millis;
  }

  /** The command, from its start to its end. */
  private void freshProcesses(Deployment deployment) throws Exception {
    List<String> numbers = new ArrayList<>();
    for (int n = BOOK; n < 2 * BOOK; n++) {
      numbers.add(Numbers.text(n));
    }
    Path book = Files.write(folder.resolve("book.txt"), numbers);
    double[] cold = new double[RUNS];
    double[] cached = new double[RUNS];
    for (int i = 0; i < RUNS; i++) {
      List<String> command = new ArrayList<>(List.of("discover", "--json", "--server"));
      command.addAll(List.of(deployment.url().toString(), "--contacts", book.toString()));
      command.addAll(List.of("--credential", deployment.credential(UUID.randomUUID())));
      command.addAll(List.of("--trust", deployment.trustFile().toString()));
      command.addAll(List.of("--state", folder.resolve("state" + i).toString()));
      for (double[] millis : List.of(cold, cached)) {
        long start = System.nanoTime();
        String out = deployment.run(command.toArray(String[]::new));
        millis[i] = millisSince(start);
        assertThat(out).contains("\"permitsUsed\":" + (millis == cold ? BOOK : 0));
      }
    }
    times("1,000 contacts, all new, a process of its own", cold);
    times("1,000 contacts, all cached, a process of its own", cached);
  }

  @Test
  void starts() throws Exception {
    for (String mode : List.of("truncated", "blinded")) {
      double[] first = new double[STARTS];
      double[] again = new double[STARTS];
      for (int i = 0; i < STARTS; i++) {
        Path its = Files.createDirectory(folder.resolve(mode + i));
        long start = System.nanoTime();
        try (Deployment deployment = Deployment.startWith(its, List.of("--mode", mode))) {
          first[i] = millisSince(start);
          assertThat(deployment.stopServer()).isZero();
          start = System.nanoTime();
          deployment.startServer();
          again[i] = millisSince(start);
        }
      }
      times("ready, " + mode + ", nobody registered, first start", first);
      times("ready, " + mode + ", nobody registered, restart", again);
    }
  }
}
