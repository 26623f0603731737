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
import java.util.function.LongConsumer;
import org.blindbook.edge.identifier.Identifier;
import org.blindbook.server.registrations.RegistrationFile.Row;
import org.blindbook.server.registrations.RegistrationStore.Applied;
import org.jspecify.annotations.Nullable;

/**
 * Loads a file into the store, a batch at a time. Whatever was loaded stays, also when the rest
 * cannot be: loading the same file again is safe and changes nothing twice. Where keys are
 * expensive, rows that are in the store since the last load are not keyed again.
 */
public final class BulkLoad {
  private static final int ROWS_PER_PROGRESS = 4096;

  /** Where keys are expensive, what an interrupt costs: some seconds of work. */
  private static final int ROWS_PER_WRITE = 1 << 15;

  /** Rows whose keys are being made, and where the file was after them. */
  private record Chunk(
      CompletableFuture<byte[]> keys, List<byte[]> accounts, long rows, byte[] digest) {}

  private final RegistrationStore store;
  private final LookupKeys keys;
  private final Operation operation;
  private final LongConsumer progress;
  private final RegistrationBatch batch = new RegistrationBatch();
  private final ArrayDeque<Chunk> underWay = new ArrayDeque<>();
  private final RowDigest digest = new RowDigest();
  private List<Identifier> identifiers = new ArrayList<>();
  private List<byte[]> accounts = new ArrayList<>();
  private Applied applied = Applied.NOTHING;
  private long rows;
  private long writtenRows;
  private byte[] writtenDigest = {};

  private BulkLoad(
      RegistrationStore store, LookupKeys keys, Operation operation, LongConsumer progress) {
    this.store = store;
    this.keys = keys;
    this.operation = operation;
    this.progress = progress;
  }

  /**
   * What became of the rows; the middle four and {@code rejected} add up to {@code rows}.
   *
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
   * @param rejects where rows that cannot be loaded go; replaced, and only if there are any
   * @param progress is told the bytes of the file that were read so far
   * @throws LoadException when the file cannot be read to its end, rejects cannot be written, or
   *     keys cannot be made
   * @throws StoreException when the store cannot take them
   */
  public static Report run(
      Path file,
      Operation operation,
      Path rejects,
      RegistrationStore store,
      LookupKeys keys,
      LongConsumer progress)
      throws LoadException, StoreException {
    try (RegistrationFile in = RegistrationFile.open(file, operation);
        RejectsFile out = new RejectsFile(rejects, in.header())) {
      refuseToReplace(file, rejects);
      BulkLoad load = new BulkLoad(store, keys, operation, progress);
      load.run(in, out, load.rowsInStore(file));
      return new Report(
          load.rows,
          load.applied.registered(),
          load.applied.deleted(),
          load.applied.unchanged(),
          load.applied.superseded(),
          out.count(),
          out.publish());
    }
  }

  private static void refuseToReplace(Path file, Path rejects) throws LoadException {
    try {
      if (Files.exists(rejects) && Files.isSameFile(file, rejects)) {
        throw new LoadException("Rejected rows would replace " + file + ": name another file.");
      }
    } catch (IOException e) {
      throw new LoadException("The file " + rejects + " cannot be looked at: check its folder.", e);
    }
  }

  /** How many rows the file begins with that the last load left in the store; often none. */
  private long rowsInStore(Path file) throws LoadException, StoreException {
    Optional<LoadProgress> last = store.loadProgress();
    if (last.isEmpty() || last.get().operation() != operation) {
      return 0;
    }
    long wanted = last.get().rows();
    RowDigest seen = new RowDigest();
    try (RegistrationFile in = RegistrationFile.open(file, operation)) {
      for (long row = 0; row < wanted; row++) {
        switch (in.next()) {
          case Row.Registration r -> seen.add(r.identifier(), r.account());
          case Row.Deletion d -> seen.add(d.identifier(), new byte[0]);
          case Row.Reject _ -> {}
          case null -> {
            return 0;
          }
        }
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
      rows++;
      switch (row) {
        case Row.Registration registration ->
            add(registration.identifier(), registration.account(), rows <= inStore);
        case Row.Deletion deletion -> add(deletion.identifier(), new byte[0], rows <= inStore);
        case Row.Reject reject -> out.add(reject);
      }
      if (identifiers.size() == LookupKeys.BATCH) {
        beginChunk();
        finishChunks(keys.parallelism());
      }
      if (rows % ROWS_PER_PROGRESS == 0) {
        progress.accept(in.bytesRead());
      }
    }
    beginChunk();
    finishChunks(0);
    write();
    progress.accept(in.bytesRead());
  }

  /**
   * @param account empty to unregister
   */
  private void add(Identifier identifier, byte[] account, boolean inStore) {
    if (keys.parallelism() > 0) {
      digest.add(identifier, account);
    }
    if (inStore) {
      applied = applied.plus(new Applied(0, 0, 1, 0));
    } else {
      identifiers.add(identifier);
      accounts.add(account);
    }
  }

  private void beginChunk() {
    if (!identifiers.isEmpty()) {
      underWay.add(new Chunk(keys.keysOf(identifiers), accounts, rows, digest.value()));
      identifiers = new ArrayList<>(LookupKeys.BATCH);
      accounts = new ArrayList<>(LookupKeys.BATCH);
    }
  }

  /** Takes finished chunks in order until only so many are under way. */
  private void finishChunks(int left) throws LoadException, StoreException {
    while (underWay.size() > left) {
      Chunk chunk = underWay.remove();
      byte[] made = await(chunk.keys);
      for (int i = 0; i < chunk.accounts.size(); i++) {
        byte[] key =
            Arrays.copyOfRange(
                made, i * RegistrationBatch.KEY_BYTES, (i + 1) * RegistrationBatch.KEY_BYTES);
        if (operation == Operation.REGISTER) {
          batch.register(key, chunk.accounts.get(i));
        } else {
          batch.delete(key);
        }
        if (batch.isFull()) {
          write();
        }
      }
      writtenRows = chunk.rows;
      writtenDigest = chunk.digest;
      if (keys.parallelism() > 0 && batch.size() >= ROWS_PER_WRITE) {
        write();
      }
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
    if (batch.size() > 0) {
      Optional<CompletableFuture<byte[]>> name = keys.nameOf(writtenDigest);
      Optional<LoadProgress> reached =
          name.isEmpty()
              ? Optional.empty()
              : Optional.of(new LoadProgress(operation, writtenRows, await(name.get())));
      applied = applied.plus(store.apply(batch, reached));
      batch.clear();
    }
  }
}
