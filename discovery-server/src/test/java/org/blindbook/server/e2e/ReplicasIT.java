package org.blindbook.server.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.awaitility.Awaitility;
import org.blindbook.client.Discovery;
import org.blindbook.edge.identifier.Identifier;
import org.blindbook.server.enclavehost.EnclaveRole;
import org.blindbook.server.services.NeedsPostgres;
import org.blindbook.server.services.NeedsRedis;
import org.blindbook.server.services.PostgresServer;
import org.blindbook.server.services.RedisServer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Three servers on one PostgreSQL and one Redis, the second and third made of a backup of the
 * first, while a backend writes plain SQL: each finds who is registered, whichever is killed.
 */
@Tag("campaign")
@NeedsPostgres
@NeedsRedis
@Timeout(600)
class ReplicasIT {
  private static final int DATABASE = 7;
  private static final UUID ACCOUNT = UUID.randomUUID();
  private static final Duration SOON = Duration.ofSeconds(20);

  @TempDir Path folder;

  @Test
  void eachFindsWhatABackendWritesWhicheverIsKilled() throws Exception {
    PostgresServer postgres = PostgresServer.require();
    RedisServer redis = RedisServer.require();
    redis.command(DATABASE, "FLUSHDB");
    String database = postgres.newDatabase();
    List<Deployment> servers = new ArrayList<>();
    Path config =
        Files.write(
            folder.resolve("serve.yaml"),
            List.of("ledgers.redis: " + redis.url(DATABASE), Deployment.PATIENT));
    try (Connection backend = backend(postgres, database)) {
      Path first = Files.createDirectory(folder.resolve("first"));
      servers.add(
          Deployment.startWith(
              first,
              List.of("--config", config.toString(), "--registrations", postgres.url(database))));
      Path backup = folder.resolve("backup");
      servers
          .getFirst()
          .run("backup", "--data-dir", first.resolve("data").toString(), backup.toString());
      register(backend, 0, 20);
      for (String name : List.of("second", "third")) {
        Path home = Files.createDirectory(folder.resolve(name));
        servers
            .getFirst()
            .run("restore", "--data-dir", home.resolve("data").toString(), backup.toString());
        servers.add(Deployment.startWith(home, List.of("--config", config.toString())));
      }
      awaitExactly(servers, 0, 20);

      // A transaction that stays open holds its own changes back and is overtaken by none.
      try (Connection slow = backend(postgres, database)) {
        slow.setAutoCommit(false);
        register(slow, 20, 21);
        register(backend, 21, 30);
        slow.commit();
      }
      awaitExactly(servers, 0, 30);

      Deployment killed = servers.get(1);
      ProcessHandle enclave = killed.enclave(EnclaveRole.LOOKUP);
      Deployment.kill(killed.host());
      enclave.onExit().join();
      unregister(backend, 0, 10);
      register(backend, 30, 40);
      awaitExactly(List.of(servers.get(0), servers.get(2)), 10, 40);
      killed.startServer();
      awaitExactly(servers, 10, 40);
    } finally {
      servers.forEach(Deployment::close);
      redis.command(DATABASE, "FLUSHDB");
    }
  }

  private static Connection backend(PostgresServer postgres, String database) throws SQLException {
    return postgres.connect(database);
  }

  private static void register(Connection connection, int from, int to) throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement(
            "INSERT INTO blindbook.registrations (key, account)"
                + " VALUES (blindbook.lookup_key('tel:' || ?), ?)")) {
      for (int n = from; n < to; n++) {
        statement.setString(1, Numbers.text(n));
        statement.setObject(2, Numbers.account(n));
        statement.executeUpdate();
      }
    }
  }

  private static void unregister(Connection connection, int from, int to) throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement(
            "DELETE FROM blindbook.registrations WHERE key = blindbook.lookup_key('tel:' || ?)")) {
      for (int n = from; n < to; n++) {
        statement.setString(1, Numbers.text(n));
        statement.executeUpdate();
      }
    }
  }

  /** Of the first fifty numbers exactly these are found, at each server. */
  private static void awaitExactly(List<Deployment> servers, int from, int to) {
    Map<Identifier, UUID> expected = Numbers.matches(from, to);
    for (Deployment server : servers) {
      Awaitility.await()
          .atMost(SOON)
          .untilAsserted(() -> assertThat(discover(server)).isEqualTo(expected));
    }
  }

  private static Map<Identifier, UUID> discover(Deployment server) throws Exception {
    Discovery found =
        server
            .client(ACCOUNT)
            .build()
            .discover(Numbers.identifiers(0, 50))
            .toCompletableFuture()
            .join();
    return found.matches();
  }
}
