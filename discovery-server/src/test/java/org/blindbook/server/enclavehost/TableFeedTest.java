package org.blindbook.server.enclavehost;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.blindbook.protocol.calls.CallError;
import org.blindbook.protocol.calls.CallException;
import org.blindbook.protocol.lookup.LookupCalls.TableState;
import org.blindbook.protocol.lookup.Update;
import org.blindbook.server.registrations.Position;
import org.blindbook.server.registrations.RegistrationBatch;
import org.blindbook.server.registrations.RegistrationStore;
import org.blindbook.server.registrations.StoreException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** What the feed asks of store and enclave, and when. */
@Timeout(60)
class TableFeedTest {
  private static final int FAR = Math.toIntExact(TableFeed.FAR_BEHIND) + 1;

  @TempDir Path folder;
  private RegistrationStore store;

  @BeforeEach
  void openStore() throws Exception {
    store = RegistrationStore.sqlite(folder.resolve("registrations.db"));
  }

  @AfterEach
  void closeStore() {
    store.close();
  }

  private TableFeed feed(ScriptedLookup enclave, RegistrationStore of) throws Exception {
    LookupConnection connection =
        new ScriptedLauncher<>(() -> enclave, LookupConnection::connect).launch().connection();
    return new TableFeed(connection, of, new SnapshotFile(folder.resolve("snapshot.sealed")));
  }

  private static byte[] sixteen(int number) {
    return ByteBuffer.allocate(16).putInt(number).putInt(8, 1).array();
  }

  private void register(int from, int to) throws Exception {
    RegistrationBatch batch = new RegistrationBatch();
    for (int i = from; i < to; i++) {
      batch.register(sixteen(i), sixteen(i));
    }
    store.apply(batch);
  }

  private static void catchUp(TableFeed feed) throws Exception {
    while (!feed.advance()) {}
  }

  @Test
  void aTableThatIsFarBehindGetsItsRoomAtOnceAndOnce() throws Exception {
    register(0, FAR);
    RegistrationBatch gone = new RegistrationBatch();
    gone.delete(sixteen(5));
    store.apply(gone);
    ScriptedLookup enclave = new ScriptedLookup();
    TableFeed feed = feed(enclave, store);
    assertThat(feed.advance()).isFalse();
    assertThat(enclave.reserved).containsExactly(FAR - 1L);
    catchUp(feed);
    register(FAR, 2 * FAR);
    catchUp(feed);
    assertThat(enclave.reserved).hasSize(1);
    assertThat(enclave.table).hasSize(2 * FAR - 1);
  }

  @Test
  void aTableThatIsNotFarBehindIsNotCountedFor() throws Exception {
    register(0, FAR - 1);
    ScriptedLookup enclave = new ScriptedLookup();
    catchUp(feed(enclave, store));
    assertThat(enclave.reserved).isEmpty();
    assertThat(enclave.table).hasSize(FAR - 1);
  }

  /** One that is fuller than fifteen sixteenths begins to grow as soon as it is filled. */
  @Test
  void theRoomIsOneInWhichTheTableDoesNotBeginToGrow() throws Exception {
    register(0, FAR);
    ScriptedLookup exact =
        new ScriptedLookup() {
          @Override
          protected synchronized CompletionStage<TableState> reserve(long total) {
            return super.reserve(total).thenApply(s -> new TableState(0, total, 0, 0));
          }
        };
    catchUp(feed(exact, store));
    assertThat(exact.reserved).containsExactly((long) FAR, FAR + 1L);
  }

  @Test
  void anEnclaveWithoutMemoryForAllTakesWhatItCan() throws Exception {
    register(0, FAR);
    ScriptedLookup small =
        new ScriptedLookup() {
          @Override
          protected synchronized CompletionStage<TableState> reserve(long total) {
            return refused(CallError.TABLE_FULL);
          }
        };
    catchUp(feed(small, store));
    assertThat(small.table).hasSize(FAR);
  }

  @Test
  void anyOtherRefusalOfRoomIsADefect() throws Exception {
    register(0, FAR);
    ScriptedLookup strange =
        new ScriptedLookup() {
          @Override
          protected synchronized CompletionStage<TableState> reserve(long total) {
            return refused(CallError.BAD_CALL);
          }
        };
    TableFeed feed = feed(strange, store);
    assertThatThrownBy(feed::advance)
        .isInstanceOfSatisfying(
            CallException.class, e -> assertThat(e.error()).isEqualTo(CallError.BAD_CALL));
  }

  /** The enclave answers the first update only once the store was asked for what follows it. */
  @Test
  void theNextUpdateIsReadWhileTheEnclaveAppliesOneAndNoMore() throws Exception {
    register(0, 3 * Update.MAX_ENTRIES + 1);
    List<String> events = Collections.synchronizedList(new ArrayList<>());
    CompletableFuture<Void> secondRead = new CompletableFuture<>();
    ScriptedLookup enclave =
        new ScriptedLookup() {
          @Override
          protected CompletionStage<TableState> update(Update update) {
            return secondRead.thenCompose(
                read -> {
                  events.add("applied " + update.sequence() / Update.MAX_ENTRIES);
                  return super.update(update);
                });
          }
        };
    RegistrationStore observed =
        observed(
            sequence -> {
              events.add("read after " + sequence / Update.MAX_ENTRIES);
              if (sequence > 0) {
                secondRead.complete(null);
              }
            });
    TableFeed feed = feed(enclave, observed);
    assertThat(feed.advance()).isFalse();
    assertThat(events).containsExactly("read after 0", "read after 1", "applied 1");
    catchUp(feed);
    assertThat(events)
        .filteredOn(event -> event.startsWith("read"))
        .as("each full part is read once, the end once more when it is its turn")
        .containsExactly(
            "read after 0", "read after 1", "read after 2", "read after 3", "read after 3");
    assertThat(enclave.table).hasSize(3 * Update.MAX_ENTRIES + 1);
  }

  @Test
  void whatIsWrittenAfterTheEndWasReadAheadIsNotMissed() throws Exception {
    register(0, Update.MAX_ENTRIES + 10);
    ScriptedLookup enclave = new ScriptedLookup();
    TableFeed feed = feed(enclave, store);
    assertThat(feed.advance()).isFalse();
    register(Update.MAX_ENTRIES + 10, Update.MAX_ENTRIES + 15);
    catchUp(feed);
    assertThat(enclave.table).hasSize(Update.MAX_ENTRIES + 15);
  }

  @Test
  void whatWasReadAheadOfAnUpdateThatWasRefusedIsReadAgain() throws Exception {
    register(0, 2 * Update.MAX_ENTRIES);
    ScriptedLookup enclave = new ScriptedLookup();
    enclave.updateError = CallError.TABLE_FULL;
    TableFeed feed = feed(enclave, store);
    assertThatThrownBy(feed::advance).isInstanceOf(CallException.class);
    enclave.updateError = null;
    catchUp(feed);
    assertThat(enclave.table).hasSize(2 * Update.MAX_ENTRIES);
  }

  private void unregister(int number) throws Exception {
    RegistrationBatch batch = new RegistrationBatch();
    batch.delete(sixteen(number));
    store.apply(batch);
  }

  private void compact() throws Exception {
    assertThat(store.compact(Long.MAX_VALUE, 100)).isPositive();
  }

  private static ByteBuffer key(int number) {
    return ByteBuffer.wrap(sixteen(number));
  }

  @Test
  void aTableThatTheStoreWasCompactedPastIsGivenUpAndTheNextOneHasItAll() throws Exception {
    register(0, 100);
    TableFeed feed = feed(new ScriptedLookup(), store);
    feed.restore();
    catchUp(feed);
    unregister(5);
    register(100, 101);
    compact();
    assertThatThrownBy(feed::advance)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("compacted past the table");
    ScriptedLookup enclave = new ScriptedLookup();
    TableFeed next = feed(enclave, store);
    next.restore();
    catchUp(next);
    assertThat(enclave.table).hasSize(100).doesNotContainKey(key(5));
  }

  /** It reads for minutes what is older than the horizon, and may not begin again for that. */
  @Test
  void aTableThatBeganAfterThoseHadLeftGoesOnWhileTheStoreIsCompacted() throws Exception {
    register(0, Update.MAX_ENTRIES + 10);
    unregister(5);
    register(Update.MAX_ENTRIES + 10, Update.MAX_ENTRIES + 20);
    ScriptedLookup enclave = new ScriptedLookup();
    TableFeed feed = feed(enclave, store);
    feed.restore();
    assertThat(feed.advance()).isFalse();
    compact();
    catchUp(feed);
    assertThat(enclave.table).hasSize(Update.MAX_ENTRIES + 19).doesNotContainKey(key(5));
  }

  @Test
  void aTableThatHasSomeoneWhoHasLeftSinceItBeganIsGivenUp() throws Exception {
    register(0, 2 * Update.MAX_ENTRIES);
    ScriptedLookup enclave = new ScriptedLookup();
    TableFeed feed = feed(enclave, store);
    feed.restore();
    assertThat(feed.advance()).isFalse();
    assertThat(enclave.table).containsKey(key(5));
    unregister(5);
    register(2 * Update.MAX_ENTRIES, 2 * Update.MAX_ENTRIES + 1);
    compact();
    assertThatThrownBy(() -> catchUp(feed)).isInstanceOf(IllegalStateException.class);
  }

  /** The snapshot fitted, and has someone who has left before this table began. */
  @Test
  void aTableOfASnapshotThatTheStoreIsThenCompactedPastIsGivenUp() throws Exception {
    register(0, 100);
    TableFeed first = feed(new ScriptedLookup(), store);
    catchUp(first);
    first.writeSnapshot(Long.MAX_VALUE);
    unregister(5);
    register(100, 101);
    ScriptedLookup enclave = new ScriptedLookup();
    TableFeed feed = feed(enclave, store);
    feed.restore();
    assertThat(enclave.table).hasSize(100).containsKey(key(5));
    compact();
    assertThatThrownBy(feed::advance).isInstanceOf(IllegalStateException.class);
  }

  /** Not a table that is full: the store's own sentence, where an operator sees it. */
  @Test
  void aSnapshotThatTheStoreMakesImpossibleIsAnErrorThatSaysWhatToDo() throws Exception {
    register(0, 100);
    TableFeed feed = feed(new ScriptedLookup(), fullAt("checkpoint"));
    catchUp(feed);
    Logger logger = (Logger) LoggerFactory.getLogger(TableFeed.class);
    ListAppender<ILoggingEvent> lines = new ListAppender<>();
    lines.start();
    logger.addAppender(lines);
    try {
      feed.writeSnapshot(Long.MAX_VALUE);
    } finally {
      logger.detachAppender(lines);
    }
    assertThat(feed.changedSinceSnapshot()).as("is tried again").isTrue();
    assertThat(lines.list)
        .singleElement()
        .satisfies(
            line -> {
              assertThat(line.getLevel()).isEqualTo(Level.ERROR);
              assertThat(line.getFormattedMessage())
                  .isEqualTo(
                      "no snapshot is written, and the last one stays, until this is mended: "
                          + FULL);
            });
  }

  private static final String FULL = "The disk is full: make room and try again.";

  private RegistrationStore fullAt(String call) {
    return (RegistrationStore)
        Proxy.newProxyInstance(
            RegistrationStore.class.getClassLoader(),
            new Class<?>[] {RegistrationStore.class},
            (proxy, method, arguments) -> {
              if (method.getName().equals(call)) {
                throw new StoreException(FULL, new IOException());
              }
              return method.invoke(store, arguments);
            });
  }

  /** What an operator watches: it grows when the store is slow, away, or held back. */
  @Test
  void theTableSaysWhenItLastHadAllAndWhoHoldsItBack() throws Exception {
    register(0, 100);
    AtomicReference<OptionalLong> writer = new AtomicReference<>(OptionalLong.empty());
    AtomicBoolean away = new AtomicBoolean();
    RegistrationStore scripted =
        (RegistrationStore)
            Proxy.newProxyInstance(
                RegistrationStore.class.getClassLoader(),
                new Class<?>[] {RegistrationStore.class},
                (proxy, method, arguments) -> {
                  if (away.get()) {
                    throw new StoreException("The store is away.", new IOException());
                  }
                  return switch (method.getName()) {
                    case "oldestWriter" -> writer.get();
                    case "changedSinceLastAsked" -> true;
                    default -> method.invoke(store, arguments);
                  };
                });
    TableFeed feed = feed(new ScriptedLookup(), scripted);
    assertThat(feed.progress().completeNanos()).isEmpty();
    catchUp(feed);
    long complete = feed.progress().completeNanos().orElseThrow();
    assertThat(feed.progress().writerNanos()).isEmpty();
    writer.set(OptionalLong.of(7));
    catchUp(feed);
    long since = feed.progress().writerNanos().orElseThrow();
    catchUp(feed);
    assertThat(feed.progress().writerNanos()).as("the same").hasValue(since);
    writer.set(OptionalLong.of(8));
    catchUp(feed);
    assertThat(feed.progress().writerNanos().orElseThrow()).isGreaterThan(since);
    long later = feed.progress().completeNanos().orElseThrow();
    assertThat(later).isGreaterThan(complete);
    away.set(true);
    assertThatThrownBy(feed::advance).isInstanceOf(StoreException.class);
    assertThat(feed.progress().completeNanos()).hasValue(later);
  }

  private interface Reads {
    void after(long sequence);
  }

  private RegistrationStore observed(Reads reads) {
    return (RegistrationStore)
        Proxy.newProxyInstance(
            RegistrationStore.class.getClassLoader(),
            new Class<?>[] {RegistrationStore.class},
            (proxy, method, arguments) -> {
              if (method.getName().equals("changesAfter")) {
                reads.after(((Position) arguments[0]).sequence());
              }
              try {
                return method.invoke(store, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }
}
