package org.blindbook.server.registrations;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.blindbook.protocol.lookup.Update;
import org.blindbook.server.JavaProcess;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Several processes on one store: what a running server and operators at work amount to. */
@Timeout(180)
class RegistrationStoreProcessesTest {
  /** The key that every batch of a writer registers. */
  private static final long SHARED = Integer.MAX_VALUE;

  @TempDir Path temp;

  /**
   * Writes batches until there are enough or it is killed, and acknowledges each on its output.
   * Arguments: file, who, batches, size. Batch b registers keys of its own, which a follower sees
   * now or never, and one that every batch registers; it deletes a key of the batch before.
   */
  static final class Writer {
    public static void main(String[] arguments) throws Exception {
      long who = Long.parseLong(arguments[1]);
      int batches = Integer.parseInt(arguments[2]);
      int size = Integer.parseInt(arguments[3]);
      try (RegistrationStore store = RegistrationStore.sqlite(Path.of(arguments[0]))) {
        for (int b = 1; b <= batches; b++) {
          RegistrationBatch batch = new RegistrationBatch();
          for (int k = 0; k < size; k++) {
            batch.register(pair(who, b * size + k), pair(who, b));
          }
          batch.register(pair(who, SHARED), pair(who, b));
          batch.delete(pair(who, (b - 1) * size));
          store.apply(batch);
          System.out.println(b);
        }
      }
    }
  }

  private static byte[] pair(long high, long low) {
    // Spread over the key space as digests are, so that writers meet on every page.
    return ByteBuffer.allocate(16)
        .putLong(low * 0x9E3779B97F4A7C15L)
        .putLong(high << 32 | low)
        .array();
  }

  /** A follower's copy of the store. */
  private static final class Copy {
    final Map<ByteBuffer, ByteBuffer> accounts = new HashMap<>();
    long sequence;

    int follow(RegistrationStore store, int limit) throws StoreException {
      Update update = store.changesBetween(sequence, Long.MAX_VALUE, limit);
      if (update.count() > 0) {
        assertThat(update.sequence()).isGreaterThan(sequence);
      }
      sequence = update.sequence();
      for (int at = 0; at < update.entries().length; at += Update.ENTRY_BYTES) {
        accounts.put(
            ByteBuffer.wrap(update.entries(), at, 16).slice(),
            ByteBuffer.wrap(update.entries(), at + 16, 16).slice());
      }
      return update.count();
    }
  }

  @Test
  void aFollowerMissesNothingWhileTwoProcessesWrite() throws Exception {
    Path file = temp.resolve("registrations.db");
    int size = 700;
    int batches = 40;
    try (JavaProcess first = start(file, 1, batches, size);
        JavaProcess second = start(file, 2, batches, size);
        RegistrationStore store = RegistrationStore.sqlite(file)) {
      Copy copy = new Copy();
      long last = 0;
      boolean writing = true;
      int reads = 0;
      while (writing) {
        writing = first.isAlive() || second.isAlive();
        while (store.changedSinceLastAsked() || store.head() > copy.sequence) {
          while (copy.follow(store, 97) > 0) {
            reads++;
          }
          assertThat(copy.sequence).isGreaterThanOrEqualTo(last);
          last = copy.sequence;
        }
      }
      assertThat(first.waitFor()).isZero();
      assertThat(second.waitFor()).isZero();
      assertThat(reads).as("pieces followed").isGreaterThan(batches);
      assertThat(copy.accounts).isEqualTo(expected(List.of(1L, 2L), batches, size));
    }
  }

  private static Map<ByteBuffer, ByteBuffer> expected(List<Long> writers, int batches, int size) {
    Map<ByteBuffer, ByteBuffer> expected = new HashMap<>();
    for (long who : writers) {
      for (int b = 1; b <= batches; b++) {
        for (int k = 0; k < size; k++) {
          boolean deleted = k == 0 && b < batches;
          expected.put(
              ByteBuffer.wrap(pair(who, b * size + k)),
              ByteBuffer.wrap(deleted ? new byte[16] : pair(who, b)));
        }
      }
      expected.put(ByteBuffer.wrap(pair(who, SHARED)), ByteBuffer.wrap(pair(who, batches)));
    }
    return expected;
  }

  @Test
  void whatWasAcknowledgedSurvivesAKilledWriter() throws Exception {
    int size = 8_000;
    for (int round = 0; round < 5; round++) {
      Path file = temp.resolve("killed" + round + ".db");
      int acknowledged = 0;
      try (JavaProcess writer = start(file, 1, 1_000_000, size)) {
        for (int i = 0; i < 2 + round; i++) {
          acknowledged = Integer.parseInt(writer.line());
        }
        Thread.sleep(7L * round); // into the next transaction, at another place each time
        writer.kill();
        for (String line = writer.line(); line != null; line = writer.line()) {
          acknowledged = Integer.parseInt(line);
        }
      }
      try (RegistrationStore store = RegistrationStore.sqlite(file)) {
        Copy copy = new Copy();
        while (copy.follow(store, Update.MAX_ENTRIES) > 0) {}
        ByteBuffer account = copy.accounts.get(ByteBuffer.wrap(pair(1, SHARED)));
        int found = (int) account.getLong(8);
        assertThat(found)
            .as("the last batch found; one more than acknowledged may have been written")
            .isBetween(acknowledged, acknowledged + 1);
        assertThat(copy.accounts).as("whole batches").isEqualTo(expected(List.of(1L), found, size));
      }
    }
  }

  @Test
  void manyProcessesMayOpenANewStoreAtOnce() throws Exception {
    for (int round = 0; round < 2; round++) {
      Path file = temp.resolve("new" + round + ".db");
      JavaProcess[] writers = new JavaProcess[3];
      for (int w = 0; w < writers.length; w++) {
        writers[w] = start(file, w + 1, 3, 10);
      }
      for (JavaProcess writer : writers) {
        try (writer) {
          assertThat(writer.waitFor()).isZero();
        }
      }
      try (RegistrationStore store = RegistrationStore.sqlite(file)) {
        Copy copy = new Copy();
        while (copy.follow(store, 1000) > 0) {}
        assertThat(copy.accounts).isEqualTo(expected(List.of(1L, 2L, 3L), 3, 10));
      }
    }
  }

  private static JavaProcess start(Path file, int who, int batches, int size) throws Exception {
    return JavaProcess.start(
        Writer.class,
        file.toString(),
        Integer.toString(who),
        Integer.toString(batches),
        Integer.toString(size));
  }
}
