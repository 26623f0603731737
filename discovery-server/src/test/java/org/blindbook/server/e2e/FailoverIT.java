package org.blindbook.server.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;
import org.blindbook.edge.identifier.Identifier;
import org.blindbook.server.services.FaultyNetwork;
import org.blindbook.server.services.NeedsPostgres;
import org.blindbook.server.services.PostgresServer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two servers on a PostgreSQL that is killed, and whose streaming standby is promoted. They follow
 * it without being started again, and answer from what it holds: all that was acknowledged, where
 * the primary waited for the standby; and nothing else, where it did not.
 */
@Tag("campaign")
@NeedsPostgres
@Timeout(600)
class FailoverIT {
  private static final int NUMBERS = 60;
  private static final Duration SOON = Duration.ofSeconds(180);

  @TempDir Path folder;
  private final List<Deployment> servers = new ArrayList<>();
  private PostgresServer primary;
  private FaultyNetwork replication;
  private PostgresServer standby;
  private FaultyNetwork toStandby;
  private String database;

  @BeforeEach
  void startTwoServers() throws Exception {
    primary = PostgresServer.own();
    database = primary.newDatabase();
    replication = new FaultyNetwork(new InetSocketAddress(primary.host(), primary.port()));
    standby = primary.standby(replication.port());
    toStandby = new FaultyNetwork(new InetSocketAddress(standby.host(), standby.port()));
    String both =
        primary
            .url(database)
            .replace(
                "/" + database, "," + standby.host() + ":" + toStandby.port() + "/" + database);
    Path config =
        Files.write(
            folder.resolve("serve.yaml"), List.of("snapshot.every-seconds: 1", Deployment.PATIENT));
    for (String name : List.of("one", "two")) {
      servers.add(
          Deployment.startWith(
              Files.createDirectory(folder.resolve(name)),
              List.of("--config", config.toString(), "--registrations", both)));
    }
  }

  @AfterEach
  void stopAll() throws Exception {
    servers.forEach(Deployment::close);
    replication.close();
    toStandby.close();
    standby.close();
    primary.close();
  }

  /** {@code synchronous_standby_names}: a commit waits until the standby has it on disk. */
  @Test
  void nothingAcknowledgedIsLostWhereThePrimaryWaitsForItsStandby() throws Exception {
    try (Connection admin = primary.connect(database);
        Statement statement = admin.createStatement()) {
      statement.execute("ALTER SYSTEM SET synchronous_standby_names = '*'");
      statement.execute("SELECT pg_reload_conf()");
    }
    replication.slow(Duration.ofMillis(100));
    Map<Integer, Boolean> model = new ConcurrentHashMap<>();
    Backend backend = new Backend(model);
    CompletableFuture<Void> writing = CompletableFuture.runAsync(backend);
    Awaitility.await().atMost(SOON).until(() -> backend.acknowledged >= 40);
    replication.cut(); // what is under way is lost, as when the machine is
    primary.kill();
    standby.promote();
    // It does once more what was not acknowledged, and no more.
    backend.stopped = true;
    backend.server = standby;
    writing.join();
    awaitExactly(registered(model));
  }

  /** Without it a standby may lack the last of what was acknowledged, and so does the service. */
  @Test
  void theServersAnswerFromWhatThePromotedStandbyHolds() throws Exception {
    try (Connection backend = primary.connect(database)) {
      write(backend, 0, 30, true);
      awaitExactly(Numbers.matches(0, 30));
      awaitReceived(backend);
      replication.hang();
      write(backend, 0, 5, false);
      write(backend, 30, 40, true);
    }
    awaitExactly(Numbers.matches(5, 40));
    List<FileTime> before = snapshots();
    try (Connection backend = primary.connect(database)) {
      write(backend, 40, 41, true);
    }
    // What the standby will lack is in tables and in snapshots.
    Awaitility.await()
        .atMost(SOON)
        .until(
            () -> {
              List<FileTime> now = snapshots();
              return now.get(0).compareTo(before.get(0)) > 0
                  && now.get(1).compareTo(before.get(1)) > 0;
            });
    primary.kill();
    replication.cut();
    toStandby.cut();
    standby.promote();
    try (Connection backend = standby.connect(database)) {
      write(backend, 50, 52, true);
      write(backend, 29, 30, false);
      // By its numbers it is further than the servers are when they see it first.
      for (int i = 0; i < 50; i++) {
        write(backend, 55, 56, i % 2 == 0);
      }
    }
    toStandby.restore();
    Map<Identifier, UUID> expected = Numbers.matches(0, 29);
    expected.putAll(Numbers.matches(50, 52));
    awaitExactly(expected);
    for (Deployment server : servers) {
      assertThat(server.stopServer()).isZero();
      server.startServer();
    }
    awaitExactly(expected);
  }

  private List<FileTime> snapshots() throws Exception {
    List<FileTime> times = new ArrayList<>();
    for (Deployment server : servers) {
      Path snapshot = server.data().resolve("snapshot.sealed");
      times.add(
          Files.exists(snapshot) ? Files.getLastModifiedTime(snapshot) : FileTime.fromMillis(0));
    }
    return times;
  }

  /** The standby has all that was committed by now. */
  private static void awaitReceived(Connection backend) {
    Awaitility.await()
        .atMost(SOON)
        .until(
            () -> {
              try (Statement statement = backend.createStatement();
                  var row =
                      statement.executeQuery(
                          "SELECT count(*) FROM pg_stat_replication"
                              + " WHERE flush_lsn >= pg_current_wal_lsn()")) {
                return row.next() && row.getInt(1) == 1;
              }
            });
  }

  /** Registers and unregisters by plain SQL, and says so in the model once it is acknowledged. */
  private final class Backend implements Runnable {
    private final Map<Integer, Boolean> model;
    private final Random random = new Random(20_261_128);
    private volatile PostgresServer server = primary;
    private volatile boolean stopped;
    private volatile int acknowledged;

    Backend(Map<Integer, Boolean> model) {
      this.model = model;
    }

    @Override
    public void run() {
      while (!stopped) {
        int number = random.nextInt(NUMBERS);
        boolean registered = random.nextInt(3) > 0;
        // What is not acknowledged may have been done or not: it is done again.
        while (!tryTo(number, registered)) {}
      }
    }

    private boolean tryTo(int number, boolean registered) {
      try (Connection connection = server.connect(database)) {
        write(connection, number, number + 1, registered);
        model.put(number, registered);
        acknowledged++;
        return true;
      } catch (SQLException e) {
        return false;
      }
    }
  }

  private static void write(Connection connection, int from, int to, boolean registered)
      throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement(
            registered
                ? "INSERT INTO blindbook.registrations (key, account)"
                    + " VALUES (blindbook.lookup_key('tel:' || ?), ?)"
                    + " ON CONFLICT (key) DO UPDATE SET account = excluded.account"
                : "DELETE FROM blindbook.registrations"
                    + " WHERE key = blindbook.lookup_key('tel:' || ?)")) {
      for (int n = from; n < to; n++) {
        statement.setString(1, Numbers.text(n));
        if (registered) {
          statement.setObject(2, Numbers.account(n));
        }
        statement.executeUpdate();
      }
    }
  }

  private static Map<Identifier, UUID> registered(Map<Integer, Boolean> model) {
    return model.entrySet().stream()
        .filter(Map.Entry::getValue)
        .collect(
            Collectors.toMap(
                entry -> Numbers.identifier(entry.getKey()),
                entry -> Numbers.account(entry.getKey())));
  }

  /** Each server finds these and nobody else, and is still the process that it was. */
  private void awaitExactly(Map<Identifier, UUID> expected) {
    for (Deployment server : servers) {
      assertThat(server.host().isAlive()).isTrue();
      Awaitility.await()
          .atMost(SOON)
          .ignoreExceptions()
          .untilAsserted(() -> assertThat(discover(server)).isEqualTo(expected));
    }
  }

  private static Map<Identifier, UUID> discover(Deployment server) throws Exception {
    return server
        .client(UUID.randomUUID())
        .maxAttempts(1)
        .build()
        .discover(Numbers.identifiers(0, NUMBERS))
        .join()
        .matches();
  }
}
