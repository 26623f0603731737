package org.blindbook.server.registrations;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.LongConsumer;
import org.blindbook.server.registrations.RegistrationFile.Row;
import org.blindbook.server.registrations.RegistrationStore.Applied;
import org.jspecify.annotations.Nullable;

/**
 * Loads a file into the store, a batch at a time. Whatever was loaded stays, also when the rest
 * cannot be: loading the same file again is safe and changes nothing twice.
 */
public final class BulkLoad {
  private static final int ROWS_PER_PROGRESS = 4096;

  private final RegistrationStore store;
  private final LongConsumer progress;
  private final RegistrationBatch batch = new RegistrationBatch();
  private Applied applied = Applied.NOTHING;
  private long rows;

  private BulkLoad(RegistrationStore store, LongConsumer progress) {
    this.store = store;
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
   * @throws LoadException when the file cannot be read to its end, or rejects cannot be written
   * @throws StoreException when the store cannot take them
   */
  public static Report run(
      Path file, Operation operation, Path rejects, RegistrationStore store, LongConsumer progress)
      throws LoadException, StoreException {
    try (RegistrationFile in = RegistrationFile.open(file, operation);
        RejectsFile out = new RejectsFile(rejects, in.header())) {
      refuseToReplace(file, rejects);
      BulkLoad load = new BulkLoad(store, progress);
      load.run(in, out);
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

  private void run(RegistrationFile in, RejectsFile out) throws LoadException, StoreException {
    for (Row row = in.next(); row != null; row = in.next()) {
      rows++;
      switch (row) {
        case Row.Registration registration ->
            batch.register(registration.key(), registration.account());
        case Row.Deletion deletion -> batch.delete(deletion.key());
        case Row.Reject reject -> out.add(reject);
      }
      if (batch.isFull()) {
        write();
      }
      if (rows % ROWS_PER_PROGRESS == 0) {
        progress.accept(in.bytesRead());
      }
    }
    write();
    progress.accept(in.bytesRead());
  }

  private void write() throws StoreException {
    if (batch.size() > 0) {
      applied = applied.plus(store.apply(batch));
      batch.clear();
    }
  }
}
