package org.blindbook.server.registrations;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.blindbook.edge.identifier.Identifier;
import org.blindbook.server.registrations.RegistrationFile.Row;
import org.blindbook.server.registrations.RegistrationStore.Applied;
import org.jspecify.annotations.Nullable;

/**
 * Loads a file into the store, a batch at a time: one is written while the next is read. Whatever
 * was loaded stays, also when the rest cannot be: loading the same file again is safe and changes
 * nothing twice. Where keys are expensive, rows that are in the store since the last load are not
 * keyed again. A file that replaces the set does so at its end, as a whole.
 */
public final class BulkLoad {
  private static final int ROWS_PER_PROGRESS = 4096;

  /** Where keys are expensive, what an interrupt costs: some seconds of work. */
  private static final int ROWS_PER_WRITE = 1 << 15;

  private static final byte[] NO_KEYS = {};

  /** Rows whose keys are being made, and where the file was after them. */
  private record Chunk(
      CompletableFuture<byte[]> keys, List<Row> rows, long reached, byte[] digest) {}

  /**
   * What is to be done.
   *
   * @param rejects where rows that cannot be loaded go; replaced, and only if there are any.
   *     Without it, beside the file
   * @param dryRun whether the store is read only
   */
  public record Request(
      InputSource source,
      Operation operation,
      Optional<Path> rejects,
      boolean dryRun,
      ReplaceConsent consent) {}

  /** Is told how far a load is. */
  public interface Progress {
    /**
     * @param bytes of the file as it is on disk
     */
    void reached(long bytes, long rows);
  }

  private final Request request;
  private final BatchWriter writer;
  private final LookupKeys keys;
  private final Progress progress;
  private final ArrayDeque<Chunk> underWay = new ArrayDeque<>();
  private final RowDigest digest = new RowDigest();
  private List<Identifier> identifiers = new ArrayList<>();
  private List<Row> keyable = new ArrayList<>();
  private long rows;
  private long skipped;
  private long formerForms;
  private long writtenRows;
  private byte[] writtenDigest = {};

  private BulkLoad(Request request, BatchWriter writer, LookupKeys keys, Progress progress) {
    this.request = request;
    this.writer = writer;
    this.keys = keys;
    this.progress = progress;
  }

  /**
   * What became of the rows; {@code registered}, {@code unchanged}, {@code superseded} and {@code
   * rejected} add up to {@code rows}, to unregister with {@code deleted} in place of the first.
   *
   * @param deleted keys that are no longer registered; two of one row, where its number changed and
   *     somebody was registered under both
   * @param superseded rows followed by another one for the same identifier; told apart within
   *     {@link RegistrationBatch#MAX_ENTRIES} rows, and counted as what they did beyond
   * @param rejects where the rejected rows are; null when there are none
   */
  public record Report(
      long rows,
      long registered,
      long deleted,
      long unchanged,
      long superseded,
      long rejected,
      @Nullable Path rejects) {}

  /**
   * @throws LoadException when the file cannot be read to its end, rejects cannot be written, keys
   *     cannot be made, or a replacement is refused
   * @throws StoreException when the store cannot take them
   */
  public static Report run(
      Request request, RegistrationStore store, LookupKeys keys, Progress progress)
      throws LoadException, StoreException {
    try (RegistrationFile in = RegistrationFile.open(request.source, request.operation);
        RejectsFile out = new RejectsFile(rejectsPath(request, in.format()), in.format());
        LoadTarget target = target(request, store);
        BatchWriter writer = new BatchWriter(target)) {
      BulkLoad load = new BulkLoad(request, writer, keys, progress);
      load.run(in, out, load.rowsInStore(store));
      Path rejects = out.publish();
      Applied applied = target.finish(out.count(), rejects);
      return new Report(
          load.rows,
          applied.registered(),
          applied.deleted(),
          // A former number that nobody is registered under is not a row of its own.
          Math.max(0, applied.unchanged() - load.formerForms) + load.skipped,
          applied.superseded(),
          out.count(),
          rejects);
    }
  }

  private static Path rejectsPath(Request request, RowFormat format) throws LoadException {
    Path rejects =
        request.rejects.orElseGet(() -> RejectsFile.beside(request.source.file(), format));
    Optional<Path> file = request.source.file();
    try {
      if (file.isPresent() && Files.exists(rejects) && Files.isSameFile(file.get(), rejects)) {
        throw new LoadException(
            "Rejected rows would replace " + file.get() + ": name another file.");
      }
      return rejects;
    } catch (IOException e) {
      throw new LoadException("The file " + rejects + " cannot be looked at: check its folder.", e);
    }
  }

  private static LoadTarget target(Request request, RegistrationStore store) throws StoreException {
    if (request.operation == Operation.REPLACE) {
      return new ReplaceTarget(request.source.name(), request.consent, request.dryRun, store);
    }
    return request.dryRun ? new DryRunTarget(store) : LoadTarget.writingInto(store);
  }

  /** How many rows the file begins with that the last load left in the store; often none. */
  private long rowsInStore(RegistrationStore store) throws LoadException, StoreException {
    if (request.operation == Operation.REPLACE || !request.source.isRepeatable()) {
      return 0;
    }
    Optional<LoadProgress> last = store.loadProgress();
    if (last.isEmpty() || last.get().operation() != request.operation) {
      return 0;
    }
    long wanted = last.get().rows();
    RowDigest seen = new RowDigest();
    try (RegistrationFile in = RegistrationFile.open(request.source, request.operation)) {
      for (long row = 0; row < wanted; row++) {
        Row next = in.next();
        if (next == null) {
          return 0;
        }
        seen.add(next);
      }
    }
    Optional<CompletableFuture<byte[]>> name = keys.nameOf(seen.value());
    return name.isPresent() && MessageDigest.isEqual(await(name.get()), last.get().name())
        ? wanted
        : 0;
  }

  private void run(RegistrationFile in, RejectsFile out, long inStore)
      throws LoadException, StoreException {
    for (Row row = in.next(); row != null; row = in.next()) {
      if (!hasRoomFor(row)) {
        beginChunk();
        finishChunks(keys.parallelism());
      }
      rows++;
      if (keys.parallelism() > 0) {
        digest.add(row);
      }
      if (row instanceof Row.Reject reject) {
        out.add(reject);
      } else if (rows <= inStore) {
        skipped++;
      } else {
        add(row);
      }
      if (rows % ROWS_PER_PROGRESS == 0) {
        progress.reached(in.bytesRead(), rows);
      }
    }
    beginChunk();
    finishChunks(0);
    write();
    writer.await();
    progress.reached(in.bytesRead(), rows);
  }

  private boolean hasRoomFor(Row row) {
    int forms = row instanceof Row.Named named ? named.forms().size() : 0;
    return keyable.size() < LookupKeys.BATCH && identifiers.size() + forms <= LookupKeys.BATCH;
  }

  private void add(Row row) {
    keyable.add(row);
    if (row instanceof Row.Named named) {
      identifiers.addAll(named.forms());
      formerForms += named.forms().size() - 1;
    }
  }

  private void beginChunk() {
    if (!keyable.isEmpty()) {
      CompletableFuture<byte[]> made =
          identifiers.isEmpty()
              ? CompletableFuture.completedFuture(NO_KEYS)
              : keys.keysOf(identifiers);
      underWay.add(new Chunk(made, keyable, rows, digest.value()));
      identifiers = new ArrayList<>(LookupKeys.BATCH);
      keyable = new ArrayList<>(LookupKeys.BATCH);
    }
  }

  /** Takes finished chunks in order until only so many are under way. */
  private void finishChunks(int left) throws LoadException, StoreException {
    while (underWay.size() > left) {
      Chunk chunk = underWay.remove();
      byte[] made = await(chunk.keys);
      int used = 0;
      for (Row row : chunk.rows) {
        switch (row) {
          case Row.Keyed keyed -> put(keyed.key(), keyed.account());
          case Row.Named named -> {
            for (int i = 0; i < named.forms().size(); i++) {
              put(
                  Arrays.copyOfRange(made, used, used + RegistrationBatch.KEY_BYTES),
                  named.account());
              used += RegistrationBatch.KEY_BYTES;
            }
          }
          case Row.Reject _ -> throw new IllegalStateException("a rejected row gets no key");
        }
      }
      writtenRows = chunk.reached;
      writtenDigest = chunk.digest;
      if (keys.parallelism() > 0 && writer.batch().size() >= ROWS_PER_WRITE) {
        write();
      }
    }
  }

  private void put(byte[] key, byte[] account) throws LoadException, StoreException {
    if (request.operation.needsAccount()) {
      writer.batch().register(key, account);
    } else {
      writer.batch().delete(key);
    }
    if (writer.batch().isFull()) {
      write();
    }
  }

  private static <T> T await(CompletableFuture<T> future) throws LoadException {
    try {
      return future.join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof LoadException failure) {
        throw failure;
      }
      throw e;
    }
  }

  private void write() throws LoadException, StoreException {
    Optional<CompletableFuture<byte[]>> name =
        writer.batch().size() == 0 || request.dryRun
            ? Optional.empty()
            : keys.nameOf(writtenDigest);
    writer.write(
        name.isEmpty()
            ? Optional.empty()
            : Optional.of(new LoadProgress(request.operation, writtenRows, await(name.get()))));
  }
}
