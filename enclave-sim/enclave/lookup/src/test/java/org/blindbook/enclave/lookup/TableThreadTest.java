package org.blindbook.enclave.lookup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.security.SecureRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.blindbook.edge.message.DiscoveryRequestWriter;
import org.blindbook.enclave.oblivious.RandomSource;
import org.blindbook.enclave.table.FaultyTables;
import org.blindbook.enclave.table.FullTables;
import org.blindbook.enclave.table.ObliviousTable;
import org.blindbook.enclave.table.TableContext;
import org.blindbook.enclave.table.UpdateBatch;
import org.blindbook.protocol.calls.CallError;
import org.blindbook.protocol.calls.CallException;
import org.blindbook.protocol.lookup.DiscoveryRequest;
import org.blindbook.protocol.lookup.EntryKind;
import org.junit.jupiter.api.Test;

class TableThreadTest {
  private static String thread() {
    return Thread.currentThread().getName();
  }

  @Test
  void whatFollowsOnTheTablesWorkRunsOnTheWorkers() throws Exception {
    TableThread table =
        new TableThread(
            ObliviousTable.create(
                TableContext.of(RandomSource.of(new SecureRandom()), "plain", 1)));
    CompletableFuture<Throwable> failed = new CompletableFuture<>();
    try (ExecutorService workers =
        Executors.newSingleThreadExecutor(work -> new Thread(work, "worker"))) {
      table.start(workers, (thread, failure) -> failed.complete(failure));
      CountDownLatch attached = new CountDownLatch(1);
      CompletableFuture<String> worked =
          table.submit(
              t -> {
                attached.await();
                return thread();
              });
      DiscoveryRequestWriter asked = new DiscoveryRequestWriter(64, 0, new byte[32], new byte[0]);
      asked.set(0, 1, 2, EntryKind.NEW);
      DiscoveryRequest request = DiscoveryRequest.decode(asked.encoded());
      CompletableFuture<String> afterWork = worked.thenApply(at -> at + ", " + thread());
      CompletableFuture<String> afterLookup = table.lookup(request).thenApply(results -> thread());
      CompletableFuture<String> afterFailure =
          table
              .<String>submit(
                  t -> {
                    throw new IllegalStateException("on purpose");
                  })
              .exceptionally(e -> thread());
      attached.countDown();
      assertThat(afterWork.get(10, TimeUnit.SECONDS)).isEqualTo("table, worker");
      assertThat(afterLookup.get(10, TimeUnit.SECONDS)).isEqualTo("worker");
      assertThat(afterFailure.get(10, TimeUnit.SECONDS)).isEqualTo("worker");
      assertThat(failed).isNotDone();
    }
  }

  @Test
  void anUpdateThatFailsHalfWayEndsTheThread() throws Exception {
    TableThread table = new TableThread(FaultyTables.failingHalfWayThroughAnUpdate());
    CompletableFuture<Throwable> failed = new CompletableFuture<>();
    table.start(Runnable::run, (thread, failure) -> failed.complete(failure));
    CompletableFuture<Long> updated = table.update(new UpdateBatch(1), ObliviousTable::records);
    CompletableFuture<Long> later = table.submit(ObliviousTable::records);
    assertThat(failed.get(10, TimeUnit.SECONDS)).hasMessage("planted");
    assertThat(updated).as("nobody may take a half-done update for a refused one").isNotDone();
    assertThat(later).as("nothing is done on that table any more").isNotDone();
  }

  @Test
  void aFullTableRefusesAnUpdateAndServesOn() throws Exception {
    ObliviousTable full = FullTables.smallest();
    TableThread table = new TableThread(full);
    CompletableFuture<Throwable> failed = new CompletableFuture<>();
    table.start(Runnable::run, (thread, failure) -> failed.complete(failure));
    UpdateBatch tooMany = new UpdateBatch(Math.toIntExact(full.capacity()) + 1);
    for (int i = 0; i < tooMany.size; i++) {
      tooMany.keyHi[i] = i;
      tooMany.valueHi[i] = 1;
    }
    assertThatThrownBy(() -> table.update(tooMany, t -> 0).get(10, TimeUnit.SECONDS))
        .cause()
        .isInstanceOfSatisfying(
            CallException.class, e -> assertThat(e.error()).isEqualTo(CallError.TABLE_FULL));
    CompletableFuture<Long> noRoom =
        table.submit(
            t -> {
              t.reserve(t.capacity() + 1);
              return t.capacity();
            });
    assertThatThrownBy(() -> noRoom.get(10, TimeUnit.SECONDS))
        .cause()
        .isInstanceOfSatisfying(
            CallException.class, e -> assertThat(e.error()).isEqualTo(CallError.TABLE_FULL));
    CompletableFuture<Long> unchanged = table.submit(ObliviousTable::records);
    assertThat(unchanged.get(10, TimeUnit.SECONDS)).isZero();
    assertThat(failed).isNotDone();
  }
}
