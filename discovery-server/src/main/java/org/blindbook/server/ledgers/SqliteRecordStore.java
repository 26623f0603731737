package org.blindbook.server.ledgers;

import com.github.benmanes.caffeine.cache.AsyncCache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicLong;
import org.blindbook.server.sqlite.SqliteFile;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Records in one SQLite file of this server's, which is the only process that opens it. Changes are
 * committed in groups; the cache holds what is on the disk and nothing else, so an answer never
 * rests on what a crash could undo, except for kinds that are written later.
 *
 * <p>A change replaces what the cache has, even a read that is under way, after its commit. So a
 * read that begins after an acknowledged change sees it.
 */
public final class SqliteRecordStore implements RecordStore {
  private static final Logger log = LoggerFactory.getLogger(SqliteRecordStore.class);

  private final Path file;
  private final Object identity;
  private final InstantSource clock;
  private final AsyncCache<RecordKey, byte[]> cache;
  private final SqliteReaders readers;
  private final GroupCommit writer;
  private final Expiry expiry;
  private final AtomicLong failures = new AtomicLong();
  private volatile boolean reachable = true;
  private volatile boolean damaged;

  // Of the writer's thread.
  private @Nullable SqliteRecords records;

  private SqliteRecordStore(
      Path file, int cached, Retention retention, InstantSource clock, SqliteRecords records)
      throws SQLException, IOException {
    this.file = file;
    this.identity = identity();
    this.clock = clock;
    this.cache = Caffeine.newBuilder().maximumSize(cached).buildAsync();
    this.readers = new SqliteReaders(file);
    this.expiry = new Expiry(retention);
    this.records = records;
    this.writer = new GroupCommit(new Writing());
  }

  /**
   * @param cached how many records are kept in memory, too
   * @throws LedgersException when the file cannot be used
   */
  public static SqliteRecordStore open(
      Path file, int cached, Retention retention, InstantSource clock) throws LedgersException {
    try {
      SqliteFile.createForOwnerOnly(file);
      SqliteRecords records = SqliteRecords.open(file);
      try {
        records.requireWholePages(file);
        SqliteRecordStore store = new SqliteRecordStore(file, cached, retention, clock, records);
        store.writer.start();
        return store;
      } catch (SQLException | IOException e) {
        records.close();
        throw e;
      }
    } catch (IOException e) {
      throw new LedgersException(
          "The ledgers " + file + " cannot be created: check the owner, permissions and disk.", e);
    } catch (SQLException e) {
      throw new LedgersException(sentence(file, e), e);
    }
  }

  /**
   * How many records a file has that is only looked at.
   *
   * @param file named in what is said of it
   * @throws LedgersException when it is something else, or of another version
   */
  public static long count(Path file, Connection reading) throws LedgersException {
    try {
      return SqliteRecords.count(reading);
    } catch (SQLException e) {
      throw new LedgersException(sentence(file, e), e);
    }
  }

  /** Tells a file from another of the same name. */
  private Object identity() throws IOException {
    return Objects.requireNonNull(
        Files.readAttributes(file, BasicFileAttributes.class).fileKey(), "an inode's number");
  }

  private static String sentence(Path file, SQLException failure) {
    if (failure instanceof FileGoneException) {
      return "The file of ledgers "
          + file
          + " was removed or replaced while the server uses it: stop the server, restore the newest"
          + " copy, and start it again.";
    }

    return SqliteFile.sentence(
        "The file of ledgers " + file,
        failure,
        " is damaged: restore it from a backup, or delete it, which gives every account fresh"
            + " permits.");
  }

  @Override
  public CompletionStage<byte[]> read(RecordKey key) {
    byte[] unwritten = writer.later().get(key);
    return unwritten != null
        ? CompletableFuture.completedFuture(unwritten)
        : cache.get(key, (missing, executor) -> readFile(missing));
  }

  private CompletableFuture<byte[]> readFile(RecordKey key) {
    return readers
        .read(key)
        .whenComplete(
            (content, failure) -> {
              if (failure != null) {
                failures.incrementAndGet();
              }
            });
  }

  @Override
  public CompletionStage<Boolean> replace(RecordKey key, byte[] read, byte[] next) {
    return key.kind().durableFirst()
        ? writer.change(key, read, next)
        : replaceLater(key, read, next);
  }

  /** A record whose content is nowhere in memory was read a moment ago and is as it was. */
  private CompletableFuture<Boolean> replaceLater(RecordKey key, byte[] read, byte[] next) {
    Map<RecordKey, byte[]> later = writer.later();
    if (later.size() >= GroupCommit.MAX_LATER) {
      failures.incrementAndGet();
      return CompletableFuture.failedFuture(
          new UnavailableException("more records wait to be written than the disk can take"));
    }
    boolean[] held = new boolean[1];
    later.compute(
        key,
        (same, unwritten) -> {
          byte[] now = unwritten == null ? cache.synchronous().getIfPresent(key) : unwritten;
          held[0] = now == null || Arrays.equals(now, read);
          return held[0] ? next : unwritten;
        });
    return CompletableFuture.completedFuture(held[0]);
  }

  private long today() {
    return Duration.ofMillis(clock.millis()).toDays();
  }

  /** The file has another name now, or none. */
  private static final class FileGoneException extends SQLException {
    private static final long serialVersionUID = 1;
  }

  /** The file, as the writer's thread sees it. */
  private final class Writing implements GroupCommit.Target {
    @Override
    public boolean[] write(List<GroupCommit.Change> group, Map<RecordKey, byte[]> later)
        throws SQLException {
      SqliteRecords file = opened();
      long day = today();
      boolean[] held = new boolean[group.size()];
      file.begin();
      for (int i = 0; i < held.length; i++) {
        GroupCommit.Change change = group.get(i);
        held[i] = file.replace(change.key(), change.read(), change.next(), day);
      }
      for (Map.Entry<RecordKey, byte[]> record : later.entrySet()) {
        file.put(record.getKey(), record.getValue(), day);
      }
      file.commit();
      recovered();
      return held;
    }

    private void recovered() {
      if (!reachable && !damaged) {
        reachable = true;
        log.warn("the ledgers can be written again");
      }
    }

    private SqliteRecords opened() throws SQLException {
      requireSameFile();
      if (records == null) {
        records = SqliteRecords.open(file);
      }
      return records;
    }

    /** What is written to a file that nobody finds any more would be lost with this process. */
    private void requireSameFile() throws FileGoneException {
      try {
        if (identity.equals(identity())) {
          return;
        }
      } catch (IOException e) {
        // It is not there.
      }
      throw new FileGoneException();
    }

    @Override
    public void written(GroupCommit.Change change, boolean held) {
      if (held) {
        written(change.key(), change.next());
      } else {
        // Whoever read it from here shall not again.
        cache.synchronous().invalidate(change.key());
      }
    }

    @Override
    public void written(RecordKey key, byte[] content) {
      cache.put(key, CompletableFuture.completedFuture(content));
    }

    /** Whatever is wrong with a connection, the next one may do without. */
    @Override
    public void failed(Exception failure) {
      failures.incrementAndGet();
      damaged |= SqliteFile.isDamage(failure); // and stays so when a write elsewhere succeeds
      if (reachable) {
        reachable = false;
        log.error(
            "{} Until then clients who need a ledger are refused.",
            failure instanceof SQLException known
                ? sentence(file, known)
                : "A defect: a change of ledgers failed.");
      }
      if (records != null) {
        records.giveUp();
        records.close();
        records = null;
      }
    }

    @Override
    public void maintain() throws SQLException {
      SqliteRecords file = opened();
      if (!reachable) {
        file.writeNothing();
        recovered();
      }
      expiry
          .removeSome(file, today(), key -> writer.later().containsKey(key))
          .forEach(cache.synchronous()::invalidate);
    }
  }

  @Override
  public Health health() {
    return new Health(reachable, failures.get());
  }

  /** How many transactions were committed since it was opened. */
  long commits() {
    return writer.commits();
  }

  @Override
  public void close() {
    writer.close();
    readers.close();
    if (records != null) {
      records.close();
    }
  }
}
