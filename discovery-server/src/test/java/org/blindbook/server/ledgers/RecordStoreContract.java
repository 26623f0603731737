package org.blindbook.server.ledgers;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What every store of records does. */
@Timeout(60)
abstract class RecordStoreContract {
  static final Retention MONTH = new Retention(Duration.ofDays(30), Duration.ofDays(2));

  Instant now = Instant.ofEpochSecond(1_800_000_000);
  final InstantSource clock = () -> now;
  RecordStore store;

  /** Opens the store of this test, again with what it held. */
  abstract RecordStore open() throws Exception;

  @BeforeEach
  final void openFirst() throws Exception {
    store = open();
  }

  @AfterEach
  final void closeLast() {
    store.close();
  }

  static <T> T await(CompletionStage<T> stage) throws Exception {
    return stage.toCompletableFuture().get(20, TimeUnit.SECONDS);
  }

  static RecordKey key(RecordKind kind, int number) {
    byte[] account = new byte[32];
    account[31] = (byte) number;
    account[30] = (byte) (number >> 8);
    return RecordKey.of(kind, account);
  }

  static RecordKey ledger(int number) {
    return key(RecordKind.LOOKUP_LEDGER, number);
  }

  byte[] read(RecordKey key) throws Exception {
    return await(store.read(key));
  }

  boolean replace(RecordKey key, byte[] read, byte... next) throws Exception {
    return await(store.replace(key, read, next));
  }

  @ParameterizedTest
  @EnumSource(RecordKind.class)
  void aRecordIsChangedByWhoReadItLast(RecordKind kind) throws Exception {
    RecordKey key = key(kind, 1);
    assertThat(read(key)).isEmpty();
    assertThat(replace(key, RecordStore.NONE, (byte) 1)).isTrue();
    assertThat(replace(key, RecordStore.NONE, (byte) 2)).as("read before the change").isFalse();
    assertThat(read(key)).containsExactly(1);
    assertThat(replace(key, new byte[] {1}, (byte) 3)).isTrue();
    assertThat(replace(key, new byte[] {1}, (byte) 4)).isFalse();
    assertThat(read(key)).containsExactly(3);
  }

  @Test
  void aRecordIsOfItsKindAndAccountOnly() throws Exception {
    replace(ledger(1), RecordStore.NONE, (byte) 5);
    assertThat(read(ledger(2))).isEmpty();
    assertThat(read(key(RecordKind.EVALUATOR_LEDGER, 1))).isEmpty();
    assertThat(read(key(RecordKind.WORK, 1))).isEmpty();
    assertThat(read(ledger(1))).containsExactly(5);
  }

  @Test
  void aRemovedRecordIsAsIfItHadNeverBeenThere() throws Exception {
    replace(ledger(1), RecordStore.NONE, (byte) 5);
    assertThat(replace(ledger(1), new byte[] {6})).as("somebody else's").isFalse();
    assertThat(replace(ledger(1), new byte[] {5})).isTrue();
    assertThat(read(ledger(1))).isEmpty();
    assertThat(replace(ledger(1), new byte[] {5}, (byte) 7)).as("of what is gone").isFalse();
    assertThat(replace(ledger(1), RecordStore.NONE, (byte) 8)).isTrue();
  }

  @Test
  void theKeyIsACopyAndNamesNobody() throws Exception {
    byte[] account = {1, 2, 3};
    RecordKey key = RecordKey.of(RecordKind.WORK, account);
    replace(key, RecordStore.NONE, (byte) 5);
    account[0] = 9;
    assertThat(read(key)).containsExactly(5);
    assertThat(read(RecordKey.of(RecordKind.WORK, new byte[] {1, 2, 3}))).containsExactly(5);
    assertThat(key.toString()).isEqualTo("RecordKey[WORK]");
  }

  @ParameterizedTest
  @EnumSource(RecordKind.class)
  void everythingIsThereAgainAfterACloseAndAnOpen(RecordKind kind) throws Exception {
    replace(key(kind, 1), RecordStore.NONE, (byte) 1);
    replace(key(kind, 1), new byte[] {1}, (byte) 2);
    store.close();
    store = open();
    assertThat(read(key(kind, 1))).containsExactly(2);
    assertThat(store.health().reachable()).isTrue();
  }

  /** In each round everybody reads, waits for the others, and changes what all have read. */
  @ParameterizedTest
  @EnumSource(RecordKind.class)
  void ofManyWhoChangeOneRecordAtOnceExactlyOneWins(RecordKind kind) throws Exception {
    int threads = 8;
    int rounds = 30;
    RecordKey key = key(kind, 1);
    CyclicBarrier together = new CyclicBarrier(threads);
    AtomicIntegerArray winners = new AtomicIntegerArray(rounds);
    try (ExecutorService executor = Executors.newFixedThreadPool(threads)) {
      List<Callable<Void>> everybody = new ArrayList<>();
      for (int t = 0; t < threads; t++) {
        byte who = (byte) t;
        everybody.add(
            () -> {
              for (int round = 0; round < rounds; round++) {
                byte[] read = read(key);
                together.await(20, TimeUnit.SECONDS);
                if (replace(key, read, (byte) round, who)) {
                  winners.incrementAndGet(round);
                }
                together.await(20, TimeUnit.SECONDS);
              }
              return null;
            });
      }
      for (Future<Void> one : executor.invokeAll(everybody)) {
        one.get();
      }
    }
    for (int round = 0; round < rounds; round++) {
      assertThat(winners.get(round)).as("winners of round %s", round).isEqualTo(1);
    }
    assertThat(read(key)).startsWith(rounds - 1);
  }

  @Test
  void aLedgerOfItsRealSizeComesBackAsItWas() throws Exception {
    byte[] sealed = new byte[224];
    Arrays.fill(sealed, (byte) 0xfe);
    replace(ledger(1), RecordStore.NONE, sealed);
    store.close();
    store = open();
    assertThat(read(ledger(1))).isEqualTo(sealed);
  }
}
