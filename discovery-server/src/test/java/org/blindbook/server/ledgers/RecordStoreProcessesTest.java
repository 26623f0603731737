package org.blindbook.server.ledgers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import org.blindbook.server.JavaProcess;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a file of records holds when the process that wrote it was killed, or its disk was full. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class RecordStoreProcessesTest {
  private static final int RECORDS = 64;

  @TempDir Path folder;

  private static SqliteRecordStore open(Path file) throws Exception {
    return SqliteRecordStore.open(file, 1_000, RecordStoreContract.MONTH, InstantSource.system());
  }

  private static byte[] content(int value) {
    return ByteBuffer.allocate(224).putInt(value).array();
  }

  /**
   * Counts in each record, in all of them at once, and acknowledges each change on its output when
   * the store does. Says who it is first. A change that fails is made again. Argument: the file.
   */
  static final class Counter {
    public static void main(String[] arguments) throws Exception {
      SqliteRecordStore store = open(Path.of(arguments[0]));
      System.out.println(ProcessHandle.current().pid());
      for (int record = 0; record < RECORDS; record++) {
        count(store, record, 0);
      }
      // Until it is killed; but not for longer than whoever started it.
      ProcessHandle.current().parent().orElseThrow().onExit().join();
      System.exit(0);
    }

    private static void count(SqliteRecordStore store, int record, int value) {
      byte[] read = value == 0 ? RecordStore.NONE : content(value);
      store
          .replace(RecordStoreContract.ledger(record), read, content(value + 1))
          .whenComplete(
              (held, failure) -> {
                System.out.println(
                    failure == null && held ? record + " " + (value + 1) : "refused");
                // Not on the writer's thread, and not at once when nothing goes.
                Thread.startVirtualThread(
                    () -> {
                      if (failure != null) {
                        LockSupport.parkNanos(10_000_000);
                      }
                      count(store, record, failure == null && held ? value + 1 : value);
                    });
              });
    }
  }

  @Test
  void whatWasAcknowledgedIsThereAfterAKill() throws Exception {
    for (int round = 0; round < 4; round++) {
      Path file = folder.resolve(round + ".db");
      Map<Integer, Integer> acknowledged = new HashMap<>();
      try (JavaProcess counter = JavaProcess.start(Counter.class, file.toString())) {
        counter.line();
        for (int i = 0; i < 40 * RECORDS + 17 * round; i++) {
          note(counter.line(), acknowledged);
        }
        counter.kill();
        for (String line = counter.line(); line != null; line = counter.line()) {
          note(line, acknowledged);
        }
      }
      assertThat(acknowledged).hasSize(RECORDS);
      try (SqliteRecordStore store = open(file)) {
        for (int record = 0; record < RECORDS; record++) {
          byte[] found = RecordStoreContract.await(store.read(RecordStoreContract.ledger(record)));
          assertThat(ByteBuffer.wrap(found).getInt())
              .as("the last change found; one that was not acknowledged may have been written")
              .isBetween(acknowledged.get(record), acknowledged.get(record) + 1);
        }
      }
    }
  }

  private static void note(String line, Map<Integer, Integer> acknowledged) {
    String[] words = line.split(" ");
    if (words.length == 2) { // the last line may be cut off
      acknowledged.merge(Integer.parseInt(words[0]), Integer.parseInt(words[1]), Math::max);
    }
  }

  @Test
  void aFullDiskRefusesEverybodyAndGoesOnWhenThereIsRoom() throws Exception {
    assumeTrue(Files.isExecutable(Path.of("/usr/bin/prlimit")), "needs prlimit of util-linux");
    try (JavaProcess counter =
        JavaProcess.start(Counter.class, folder.resolve("ledgers.db").toString())) {
      String process = counter.line();
      awaitLine(counter, line -> line.contains(" "));
      // No file may grow: to the store that is a disk without room.
      limitFiles(process, "1:unlimited");
      awaitRun(counter, "refused");
      limitFiles(process, "unlimited:unlimited");
      awaitLine(counter, line -> line.contains(" "));
    }
  }

  private static void limitFiles(String process, String limit) throws Exception {
    Process prlimit =
        new ProcessBuilder("prlimit", "--pid", process, "--fsize=" + limit).inheritIO().start();
    assertThat(prlimit.waitFor()).isZero();
  }

  private interface Wanted {
    boolean is(String line);
  }

  private static void awaitLine(JavaProcess counter, Wanted wanted) throws Exception {
    String line = counter.line();
    while (!wanted.is(line)) {
      line = counter.line();
    }
  }

  /** Twice as many in a row as there are records: nothing else is answered any more. */
  private static void awaitRun(JavaProcess counter, String answer) throws Exception {
    for (int run = 0; run < 2 * RECORDS; ) {
      run = counter.line().equals(answer) ? run + 1 : 0;
    }
  }
}
