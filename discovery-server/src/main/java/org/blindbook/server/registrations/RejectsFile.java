package org.blindbook.server.registrations;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedWriter;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.channels.Channels;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Pattern;
import org.blindbook.edge.files.Access;
import org.blindbook.edge.files.Draft;
import org.blindbook.server.registrations.RegistrationFile.Row.Reject;
import org.blindbook.server.registrations.RowFormat.RejectWriter;
import org.jspecify.annotations.Nullable;

/**
 * Rows that could not be loaded, for the operator to correct, in the format that the file has. It
 * holds identifiers, so only its owner can read it. It appears under its name when it is complete,
 * and not at all when there is nothing to say.
 */
final class RejectsFile implements Closeable {
  private static final Pattern ENDINGS =
      Pattern.compile(
          "(\\.(csv|ndjson|jsonl|json))?(\\.(gz|zst|zstd))?$", Pattern.CASE_INSENSITIVE);

  private final Path target;
  private final RowFormat format;
  private @Nullable Draft draft;
  private @Nullable Writer out;
  private @Nullable RejectWriter writer;
  private long count;

  RejectsFile(Path target, RowFormat format) {
    this.target = target;
    this.format = format;
  }

  /**
   * {@code users.csv.gz} has its rejects in {@code users.rejects.csv}, standard input in {@code
   * stdin.rejects.csv} in the current folder.
   */
  static Path beside(Optional<Path> file, RowFormat format) {
    Path named = file.orElse(Path.of("stdin"));
    String name = String.valueOf(named.getFileName());
    String stem = ENDINGS.matcher(name).replaceFirst("");
    return named.resolveSibling(stem + ".rejects" + format.suffix());
  }

  void add(Reject reject) throws LoadException {
    try {
      if (writer == null) {
        writer = start();
      }
      writer.write(reject);
      count++;
    } catch (IOException | UncheckedIOException e) {
      throw failed(e);
    }
  }

  private RejectWriter start() throws IOException {
    draft = Draft.besideOthers(target, Access.OWNER);
    draft.path().toFile().deleteOnExit(); // an interrupted load leaves no identifiers behind
    out = new BufferedWriter(Channels.newWriter(draft.channel(), UTF_8));
    return format.rejectsTo(out);
  }

  long count() {
    return count;
  }

  /** Puts the file in its place; returns where, or null when there was no reject. */
  @Nullable Path publish() throws LoadException {
    if (out == null || draft == null) {
      return null;
    }
    try {
      out.flush();
      draft.replaceTarget();
      return target;
    } catch (IOException | UncheckedIOException e) {
      throw failed(e);
    }
  }

  private LoadException failed(Exception e) {
    return new LoadException(
        "The rejected rows cannot be written to "
            + target
            + ": check the folder and the space on its disk, or name another file with --rejects.",
        e);
  }

  /** Discards what was not published. */
  @Override
  public void close() {
    try {
      if (draft != null) {
        draft.close();
      }
    } catch (IOException e) {
      // It is deleted when the process ends.
    }
  }
}
