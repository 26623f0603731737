package org.blindbook.server.registrations;

import static java.nio.charset.StandardCharsets.UTF_8;

import de.siegmar.fastcsv.writer.CsvWriter;
import de.siegmar.fastcsv.writer.LineDelimiter;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.Channels;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.blindbook.edge.files.Access;
import org.blindbook.edge.files.Draft;
import org.blindbook.server.registrations.RegistrationFile.Row.Reject;
import org.jspecify.annotations.Nullable;

/**
 * Rows that could not be loaded, for the operator to correct: {@code line,reason} and the columns
 * of the original. It holds identifiers, so only its owner can read it. It appears under its name
 * when it is complete, and not at all when there is nothing to say.
 */
final class RejectsFile implements Closeable {
  private final Path target;
  private final List<String> header;
  private @Nullable Draft draft;
  private @Nullable CsvWriter writer;
  private long count;

  RejectsFile(Path target, List<String> header) {
    this.target = target;
    this.header = header;
  }

  void add(Reject reject) throws LoadException {
    try {
      if (writer == null) {
        writer = start();
      }
      writer.writeRecord(row(Long.toString(reject.line()), reject.reason(), reject.columns()));
      count++;
    } catch (IOException | UncheckedIOException e) {
      throw failed(e);
    }
  }

  private CsvWriter start() throws IOException {
    draft = Draft.besideOthers(target, Access.OWNER);
    draft.path().toFile().deleteOnExit(); // an interrupted load leaves no identifiers behind
    CsvWriter started =
        CsvWriter.builder()
            .lineDelimiter(LineDelimiter.LF)
            .build(Channels.newOutputStream(draft.channel()), UTF_8);
    return started.writeRecord(row("line", "reason", header));
  }

  private static List<String> row(String line, String reason, List<String> columns) {
    List<String> row = new ArrayList<>(List.of(line, reason));
    row.addAll(columns);
    return row;
  }

  long count() {
    return count;
  }

  /** Puts the file in its place; returns where, or null when there was no reject. */
  @Nullable Path publish() throws LoadException {
    if (writer == null || draft == null) {
      return null;
    }
    try {
      writer.flush();
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
