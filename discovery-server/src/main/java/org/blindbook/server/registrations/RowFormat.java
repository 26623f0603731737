package org.blindbook.server.registrations;

import java.io.IOException;
import java.io.Writer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How a file writes its rows, each in a line. */
sealed interface RowFormat permits CsvFormat, IdentifierLines, NdjsonFormat {

  /** What a line says, before anybody looks whether it makes sense. */
  sealed interface Line {
    /**
     * The row's fields; null where it has none of that name.
     *
     * @param columns as they go into the rejects file
     */
    record Fields(
        @Nullable String identifier,
        @Nullable String key,
        @Nullable String account,
        List<String> columns)
        implements Line {}

    /**
     * @param reason holds no part of the line
     */
    record Malformed(String reason, List<String> columns) implements Line {}
  }

  Line read(String line);

  /** How its rejects file ends, from the dot on. */
  String suffix();

  /** Writes rejects in this format, with what it begins with. */
  RejectWriter rejectsTo(Writer out) throws IOException;

  /** Writes rejects one after the other. */
  interface RejectWriter {
    void write(RegistrationFile.Row.Reject reject) throws IOException;
  }
}
