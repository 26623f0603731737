package org.blindbook.server.registrations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.blindbook.protocol.lookup.Update;
import org.blindbook.server.services.FaultyNetwork;
import org.blindbook.server.services.NeedsPostgres;
import org.blindbook.server.services.PostgresServer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * A PostgreSQL that is killed, cut off, or replaced by its standby while others write and follow.
 */
@NeedsPostgres
@Timeout(180)
class PostgresFaultsTest {
  private static final String UPSERT =
      "INSERT INTO blindbook.registrations (key, account) VALUES (?, ?)"
          + " ON CONFLICT (key) DO UPDATE SET account = excluded.account";
  private static final String DELETE = "DELETE FROM blindbook.registrations WHERE key = ?";

  /** A follower's copy of the store, by the numbers of keys and accounts; 0 is nobody. */
  private static final class Copy {
    final Map<Long, Long> accounts = new TreeMap<>();
    long sequence;

    boolean advance(RegistrationStore store) throws StoreException {
      Update update = store.changesBetween(sequence, Long.MAX_VALUE, 100);
      ByteBuffer in = ByteBuffer.wrap(update.entries());
      while (in.hasRemaining()) {
        in.getLong();
        long key = in.getLong();
        in.getLong();
        accounts.put(key, in.getLong());
      }
      sequence = update.sequence();
      return update.count() > 0;
    }

    Map<Long, Long> registered() {
      Map<Long, Long> registered = new TreeMap<>(accounts);
      registered.values().removeIf(account -> account == 0);
      return registered;
    }
  }

  private static byte[] key(long number) {
    return ByteBuffer.allocate(16).putLong(number * 0x9E3779B97F4A7C15L).putLong(number).array();
  }

  /**
   * Writes plain SQL in transactions of several statements with pauses in between, each writer on
   * keys of its own, and notes in the model what was committed. What was under way when the server
   * died may have been committed or not; it is written again.
   */
  private static final class Writer implements Runnable {
    private final PostgresServer server;
    private final String database;
    private final long first;
    private final Random random;
    private final Map<Long, Long> model;
    private final AtomicInteger committed;
    private volatile boolean stopped;

    Writer(
        PostgresServer server,
        String database,
        long first,
        Map<Long, Long> model,
        AtomicInteger committed) {
      this.server = server;
      this.database = database;
      this.first = first;
      this.random = new Random(first);
      this.model = model;
      this.committed = committed;
    }

    @Override
    public void run() {
      while (!stopped) {
        Map<Long, Long> changes = new TreeMap<>();
        for (int i = 1 + random.nextInt(4); i > 0; i--) {
          changes.put(
              first + random.nextInt(300), random.nextInt(3) == 0 ? 0 : random.nextLong(1, 9));
        }
        while (!write(changes) && !stopped) {}
      }
    }

    private boolean write(Map<Long, Long> changes) {
      try (Connection connection = server.connect(database)) {
        connection.setAutoCommit(false);
        for (Map.Entry<Long, Long> change : changes.entrySet()) {
          try (PreparedStatement statement =
              connection.prepareStatement(change.getValue() == 0 ? DELETE : UPSERT)) {
            statement.setBytes(1, key(change.getKey()));
            if (change.getValue() != 0) {
              statement.setObject(2, new UUID(0, change.getValue()));
            }
            statement.execute();
          }
          Thread.sleep(random.nextInt(4));
        }
        connection.commit();
        model.putAll(changes);
        committed.incrementAndGet();
        return true;
      } catch (SQLException e) {
        return false;
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  @Test
  void aFollowerHasWhatWasCommittedAfterCrashesOfTheServer() throws Exception {
    try (PostgresServer server = PostgresServer.own()) {
      String database = server.newDatabase();
      Map<Long, Long> model = new ConcurrentHashMap<>();
      AtomicInteger committed = new AtomicInteger();
      try (RegistrationStore store = RegistrationStore.postgres(server.address(database), 0)) {
        Writer[] writers = new Writer[4];
        Thread[] threads = new Thread[writers.length];
        for (int i = 0; i < writers.length; i++) {
          writers[i] = new Writer(server, database, i * 1000, model, committed);
          threads[i] = Thread.ofVirtual().start(writers[i]);
        }
        Copy copy = new Copy();
        for (int crash = 1; crash <= 3; crash++) {
          int wanted = crash * 150;
          while (committed.get() < wanted) {
            follow(store, copy);
          }
          server.crash();
        }
        for (int i = 0; i < writers.length; i++) {
          writers[i].stopped = true;
          threads[i].join();
        }
        Awaitility.await().until(() -> follow(store, copy) && !copy.advance(store));
        model.values().removeIf(account -> account == 0);
        assertThat(copy.registered()).isEqualTo(model).isNotEmpty();
        Copy fromTheStart = new Copy();
        while (fromTheStart.advance(store)) {}
        assertThat(fromTheStart.registered()).isEqualTo(model);
      }
    }
  }

  private static boolean follow(RegistrationStore store, Copy copy) {
    try {
      while (copy.advance(store)) {}
      return true;
    } catch (StoreException e) {
      assertThat(e).hasMessageContaining("PostgreSQL");
      return false;
    }
  }

  @Test
  void aStandbyThatIsPromotedIsAnotherHistoryAndHasTheCheckpointsItReceived() throws Exception {
    try (PostgresServer first = PostgresServer.own()) {
      String database = first.newDatabase();
      Checkpoint received;
      String before;
      try (RegistrationStore store = RegistrationStore.postgres(first.address(database), 0)) {
        store.apply(RegistrationStoreContract.batch(1, 11));
        received = store.checkpoint(store.head());
        before = store.history();
        assertThat(store.history()).isEqualTo(before);
      }
      first.crash();
      try (RegistrationStore store = RegistrationStore.postgres(first.address(database), 0)) {
        assertThat(store.history()).as("after a crash alone").isEqualTo(before);
      }
      try (PostgresServer standby = first.standby();
          FaultyNetwork name =
              new FaultyNetwork(new InetSocketAddress("127.0.0.1", standby.port()))) {
        first.kill();
        standby.promote();
        PostgresAddress address = PostgresAddress.parse(standby.url(name.port(), database));
        try (RegistrationStore store = RegistrationStore.postgres(address, 0)) {
          assertThat(store.history()).isNotEqualTo(before);
          assertThat(store.has(received)).isTrue();
          assertThat(store.registered()).isEqualTo(1);
        }
      }
    }
  }

  /** Who counts or migrates is not taken for dead; who writes a few rows does not wait for ever. */
  @Test
  void whatTakesLongIsWaitedForAndWhatIsLittleIsGivenUp() throws Exception {
    PostgresServer server = PostgresServer.require();
    String database = server.newDatabase();
    String older = server.newDatabase();
    String far = server.newDatabase();
    try (RegistrationStore store = RegistrationStore.postgres(server.address(database), 0);
        RegistrationStore counting = RegistrationStore.postgres(server.address(database), 0);
        FaultyNetwork network =
            new FaultyNetwork(new InetSocketAddress(server.host(), server.port()));
        RegistrationStore behind =
            RegistrationStore.postgres(PostgresAddress.parse(server.url(network.port(), far)), 0);
        Connection lock = server.connect(database);
        Connection olderLock = server.connect(older)) {
      RegistrationStore.postgres(server.address(older), 0).close();
      try (Statement statement = olderLock.createStatement()) {
        statement.execute("DROP INDEX blindbook.unregistered");
        statement.execute("DROP FUNCTION blindbook.horizon CASCADE");
        statement.execute("ALTER TABLE blindbook.store DROP COLUMN horizon");
        statement.execute("UPDATE blindbook.version SET number = 1");
      }
      behind.apply(RegistrationStoreContract.batch(1, 11));
      lockAll(lock);
      lockAll(olderLock);
      network.hang();
      CompletableFuture<Long> counted = started(counting::registered);
      CompletableFuture<Boolean> migrated =
          started(
              () -> {
                RegistrationStore.postgres(server.address(older), 0).close();
                return true;
              });
      CompletableFuture<?> blocked = started(() -> writeLittle(store));
      CompletableFuture<?> unanswered = started(() -> writeLittle(behind));
      Thread.sleep(23_000); // who reads waits for 20 s
      assertThat(blocked)
          .failsWithin(Duration.ZERO)
          .withThrowableThat()
          .withMessageContaining("is busy with what others do to the same rows");
      assertThat(counted).as("waits on").isNotDone();
      assertThat(migrated).isNotDone();
      lock.rollback();
      olderLock.rollback();
      assertThat(counted.get(10, TimeUnit.SECONDS)).isZero();
      assertThat(migrated.get(10, TimeUnit.SECONDS)).isTrue();
      assertThat(unanswered)
          .failsWithin(Duration.ofSeconds(30))
          .withThrowableThat()
          .withMessageContaining("cannot be reached or does not answer");
    }
  }

  private static Object writeLittle(RegistrationStore store) throws StoreException {
    return store.applyOnce("name", RegistrationStoreContract.batch(1, 12), Instant.EPOCH);
  }

  private static void lockAll(Connection connection) throws SQLException {
    connection.setAutoCommit(false);
    try (Statement statement = connection.createStatement()) {
      statement.execute("LOCK TABLE blindbook.registrations IN ACCESS EXCLUSIVE MODE");
    }
  }

  private static <T> CompletableFuture<T> started(Callable<T> work) {
    CompletableFuture<T> result = new CompletableFuture<>();
    Thread.ofVirtual()
        .start(
            () -> {
              try {
                result.complete(work.call());
              } catch (Throwable e) {
                result.completeExceptionally(e);
              }
            });
    return result;
  }

  @Test
  void aNetworkThatIsCutOrSlowIsNoticedAndItsEndToo() throws Exception {
    PostgresServer server = PostgresServer.require();
    String database = server.newDatabase();
    try (FaultyNetwork network =
            new FaultyNetwork(new InetSocketAddress(server.host(), server.port()));
        RegistrationStore store =
            RegistrationStore.postgres(
                PostgresAddress.parse(server.url(network.port(), database)), 0);
        RegistrationStore operator = RegistrationStore.postgres(server.address(database), 0)) {
      operator.apply(RegistrationStoreContract.batch(1, 11));
      assertThat(store.changesAfter(RegistrationStoreContract.at(0), 10).count()).isEqualTo(1);
      network.cut();
      operator.apply(RegistrationStoreContract.batch(2, 22));
      assertThatThrownBy(() -> store.changesAfter(RegistrationStoreContract.at(0), 10))
          .isInstanceOf(StoreException.class)
          .hasMessageContaining("cannot be reached or does not answer");
      assertThat(store.changedSinceLastAsked()).as("whoever looks finds out").isTrue();
      network.restore();
      Awaitility.await()
          .atMost(Duration.ofSeconds(30))
          .ignoreExceptions()
          .until(() -> store.changesAfter(RegistrationStoreContract.at(0), 10).count() == 2);
    }
  }
}
