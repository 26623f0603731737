package org.blindbook.server.ledgers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import org.awaitility.Awaitility;
import org.blindbook.server.services.FaultyNetwork;
import org.blindbook.server.services.NeedsRedis;
import org.blindbook.server.services.RedisServer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@NeedsRedis
class RedisRecordStoreTest extends RecordStoreContract {
  private static final int DATABASE = 1;
  private static final String ACCOUNT = "00".repeat(31) + "01";
  private static RedisServer redis;
  private static FaultyNetwork network;

  @TempDir Path folder;

  @BeforeAll
  static void find() throws Exception {
    redis = RedisServer.require();
    redis.command(DATABASE, "FLUSHDB");
    network = new FaultyNetwork(redis.address());
  }

  @AfterEach
  void clear() throws Exception {
    network.restore();
    redis.command(DATABASE, "FLUSHDB");
  }

  @Override
  RecordStore open() throws Exception {
    RecordStore store = connect(folder.resolve("first"));
    awaitReachable(store);
    return store;
  }

  /** A server that remembers the Redis in that file. */
  private static RecordStore connect(Path nameFile) throws Exception {
    String url = "redis://127.0.0.1:" + network.port() + "/" + DATABASE;
    return new RedisRecordStore(RedisAddress.of(url).orElseThrow(), MONTH, nameFile);
  }

  private static void awaitReachable(RecordStore store) {
    Awaitility.await().until(() -> store.health().reachable());
  }

  private void assertRefused(CompletionStage<?> asked) {
    assertThatThrownBy(() -> await(asked))
        .isInstanceOf(ExecutionException.class)
        .cause()
        .isInstanceOf(UnavailableException.class);
  }

  @Test
  void serversSeeEachOthersChanges() throws Exception {
    try (RecordStore other = connect(folder.resolve("other"))) {
      awaitReachable(other);
      replace(ledger(1), RecordStore.NONE, (byte) 1);
      assertThat(await(other.replace(ledger(1), RecordStore.NONE, new byte[] {2}))).isFalse();
      assertThat(await(other.replace(ledger(1), new byte[] {1}, new byte[] {3}))).isTrue();
      assertThat(read(ledger(1))).containsExactly(3);
    }
  }

  @Test
  void ledgersAndWorkExpireAndTheBulkBudgetDoesNot() throws Exception {
    replace(ledger(1), RecordStore.NONE, (byte) 1);
    replace(key(RecordKind.WORK, 1), RecordStore.NONE, (byte) 1);
    replace(RecordKey.of(RecordKind.BULK, new byte[0]), RecordStore.NONE, (byte) 1);
    assertThat(millisLeft("blindbook:lookup-ledger:" + ACCOUNT))
        .isBetween(Duration.ofDays(29).toMillis(), Duration.ofDays(30).toMillis());
    assertThat(millisLeft("blindbook:work:" + ACCOUNT))
        .isBetween(Duration.ofDays(1).toMillis(), Duration.ofDays(2).toMillis());
    assertThat(millisLeft("blindbook:bulk:")).as("never").isEqualTo(-1);
  }

  private static long millisLeft(String key) throws Exception {
    return Long.parseLong(redis.command(DATABASE, "PTTL", key).substring(1));
  }

  @Test
  void aRedisThatForgotTheScriptIsToldItAgain() throws Exception {
    replace(ledger(1), RecordStore.NONE, (byte) 1);
    redis.command(DATABASE, "SCRIPT", "FLUSH");
    assertThat(replace(ledger(1), new byte[] {1}, (byte) 2)).isTrue();
    assertThat(read(ledger(1))).containsExactly(2);
  }

  @Test
  void whileTheNetworkIsCutEverybodyIsRefusedAndNobodyGetsAnEmptyLedger() throws Exception {
    replace(ledger(1), RecordStore.NONE, (byte) 1);
    network.cut();
    Awaitility.await().until(() -> !store.health().reachable());
    long before = store.health().failures();
    assertRefused(store.read(ledger(1)));
    assertRefused(store.replace(ledger(1), RecordStore.NONE, new byte[] {9}));
    assertThat(store.health().failures()).isEqualTo(before + 2);
    network.restore();
    awaitReachable(store);
    assertThat(read(ledger(1))).containsExactly(1);
    assertThat(replace(ledger(1), new byte[] {1}, (byte) 2)).isTrue();
  }

  @Test
  void aRedisThatHangsHoldsUpOneSecondOfClientsAndNotEveryone() throws Exception {
    replace(ledger(1), RecordStore.NONE, (byte) 1);
    network.hang();
    long start = System.nanoTime();
    List<CompletionStage<byte[]>> asked = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      asked.add(store.read(ledger(1)));
    }
    for (CompletionStage<byte[]> read : asked) {
      assertRefused(read);
    }
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(4));
    start = System.nanoTime();
    assertRefused(store.read(ledger(1)));
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofMillis(500));
    network.restore();
    awaitReachable(store);
    assertThat(read(ledger(1))).containsExactly(1);
  }

  @Test
  void aServerMayStartBeforeItsRedis() throws Exception {
    network.cut();
    try (RecordStore early = connect(folder.resolve("early"))) {
      assertRefused(early.read(ledger(1)));
      Thread.sleep(1_500);
      assertThat(early.health().reachable()).isFalse();
      network.restore();
      awaitReachable(early);
      assertThat(await(early.read(ledger(1)))).isEmpty();
    }
  }

  @Test
  void aRedisThatTakesNoWritesIsOutOfReach() throws Exception {
    replace(ledger(1), RecordStore.NONE, (byte) 1);
    redis.command(DATABASE, "CONFIG", "SET", "maxmemory", "1");
    try {
      Awaitility.await().until(() -> !store.health().reachable());
      assertRefused(store.replace(ledger(1), new byte[] {1}, new byte[] {2}));
    } finally {
      redis.command(DATABASE, "CONFIG", "SET", "maxmemory", "0");
    }
    awaitReachable(store);
    assertThat(read(ledger(1))).containsExactly(1);
  }

  @Test
  void aRedisThatLostItsDataStoresNothingAndIsOutOfReach() throws Exception {
    replace(ledger(1), RecordStore.NONE, (byte) 1);
    String name = redis.command(DATABASE, "GET", "blindbook:name").split("\r\n")[1];
    redis.command(DATABASE, "FLUSHDB");
    // Before the watch has seen it: the change itself is refused.
    assertRefused(store.replace(ledger(1), RecordStore.NONE, new byte[] {9}));
    Awaitility.await().until(() -> !store.health().reachable());
    assertThat(redis.command(DATABASE, "EXISTS", "blindbook:lookup-ledger:" + ACCOUNT))
        .isEqualTo(":0");
    assertRefused(store.read(ledger(1)));
    try (RecordStore restarted = connect(folder.resolve("first"))) {
      Thread.sleep(1_500);
      assertThat(restarted.health().reachable()).as("nor after a restart").isFalse();
    }
    redis.command(DATABASE, "SET", "blindbook:name", "00000000-0000-4000-8000-000000000000");
    Thread.sleep(1_500);
    assertThat(store.health().reachable()).as("another one").isFalse();
    redis.command(DATABASE, "SET", "blindbook:name", name);
    awaitReachable(store);
    assertThat(replace(ledger(1), RecordStore.NONE, (byte) 2)).as("restored").isTrue();
  }

  @Test
  void aRedisThatMayThrowLedgersAwayIsOutOfReach() throws Exception {
    redis.command(DATABASE, "CONFIG", "SET", "maxmemory-policy", "volatile-lru");
    try {
      Awaitility.await().until(() -> !store.health().reachable());
      assertRefused(store.read(ledger(1)));
    } finally {
      redis.command(DATABASE, "CONFIG", "SET", "maxmemory-policy", "noeviction");
    }
    awaitReachable(store);
    assertThat(replace(ledger(1), RecordStore.NONE, (byte) 1)).isTrue();
  }

  @Test
  void aDamagedNameIsASentenceAtTheStart() throws Exception {
    Path damaged = Files.write(folder.resolve("damaged"), new byte[] {1});
    assertThatThrownBy(() -> connect(damaged).close())
        .isInstanceOf(LedgersException.class)
        .hasMessageContaining("is damaged: restore it, or delete it");
  }

  @Test
  void anAddressIsNeverPrinted() {
    RedisAddress address = RedisAddress.of("rediss://:swordfish@127.0.0.1:6380/3").orElseThrow();
    assertThat(address.toString()).doesNotContain("swordfish", "127");
    for (String wrong :
        List.of("", "http://host", "redis://", "redis://a b", "redis://h:99999", "127.0.0.1")) {
      assertThat(RedisAddress.of(wrong)).as(wrong).isEmpty();
    }
  }
}
