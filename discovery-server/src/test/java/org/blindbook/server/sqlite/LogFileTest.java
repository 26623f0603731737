package org.blindbook.server.sqlite;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.util.Arrays;
import java.util.Optional;
import java.util.Random;
import org.blindbook.server.sql.Sql;
import org.blindbook.server.sqlite.LogFile.Complaint;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sqlite.SQLiteConfig;

class LogFileTest {
  private static final int HEADER = 32;
  private static final int FRAME = 24 + 4096;

  @TempDir Path temp;
  private Path log;
  private byte[] whole;

  @BeforeEach
  void write() throws Exception {
    Path file = temp.resolve("a.db");
    log = SqliteFile.log(file);
    SQLiteConfig config = new SQLiteConfig();
    config.setJournalMode(SQLiteConfig.JournalMode.WAL);
    try (Connection connection = config.createConnection("jdbc:sqlite:" + file)) {
      Sql.execute(connection, "CREATE TABLE t (x)");
      // Longer frames of an earlier generation come after those of this one.
      Sql.execute(connection, "INSERT INTO t VALUES (randomblob(100000))");
      Sql.execute(connection, "PRAGMA wal_checkpoint(RESTART)");
      for (int i = 0; i < 4; i++) {
        Sql.execute(connection, "INSERT INTO t VALUES (randomblob(5000))");
      }
      whole = Files.readAllBytes(log);
    }
    Files.write(log, whole);
  }

  /** Frames of this generation, which are those with the salt of the header. */
  private int frames() {
    int count = 0;
    while (Arrays.equals(
        whole, 16, 24, whole, HEADER + count * FRAME + 8, HEADER + count * FRAME + 16)) {
      count++;
    }
    return count;
  }

  private Optional<Complaint> complaint(byte[] content) throws Exception {
    Files.write(log, content);
    return LogFile.complaint(log);
  }

  @Test
  void aWholeLogWithRemainsOfAnEarlierOneIsWell() throws Exception {
    assertThat(frames()).isBetween(4, whole.length / FRAME - 2);
    assertThat(complaint(whole)).isEmpty();
    assertThat(complaint(new byte[0])).isEmpty();
    int end = HEADER + frames() * FRAME;
    assertThat(complaint(Arrays.copyOf(whole, end))).isEmpty();
    assertThat(complaint(Arrays.copyOf(whole, end + 1000)))
        .as("cut within the remains, as SQLite limits its size")
        .isEmpty();
    Files.delete(log);
    assertThat(LogFile.complaint(log)).isEmpty();
  }

  @Test
  void aCutIsSeenUnlessItIsBetweenFrames() throws Exception {
    int last = HEADER + (frames() - 1) * FRAME;
    assertThat(complaint(Arrays.copyOf(whole, last + 10))).contains(Complaint.END);
    assertThat(complaint(Arrays.copyOf(whole, last + FRAME - 1))).contains(Complaint.END);
    assertThat(complaint(Arrays.copyOf(whole, last))).isEmpty();
  }

  @Test
  void everyFlippedBitIsSeenBeforeTheLastFrame() throws Exception {
    Random random = new Random(1612);
    int last = HEADER + (frames() - 1) * FRAME;
    for (int flip = 0; flip < 300; flip++) {
      int at = flip < HEADER ? flip : random.nextInt(last + FRAME);
      byte[] flipped = whole.clone();
      flipped[at] ^= (byte) (1 << random.nextInt(8));
      boolean saltOfTheLast = at >= last + 8 && at < last + 16;
      assertThat(complaint(flipped))
          .as("at %d", at)
          .isEqualTo(
              at < HEADER
                  ? Optional.of(Complaint.HEAD)
                  : at < last
                      ? Optional.of(Complaint.FRAME)
                      : saltOfTheLast ? Optional.empty() : Optional.of(Complaint.END));
    }
  }
}
