package org.blindbook.server.inspection;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.blindbook.server.sqlite.LogFile;
import org.blindbook.server.sqlite.SqliteFile;
import org.blindbook.server.sqlite.SqliteView;

/** Whether a SQLite file, and the log beside it, are whole. */
final class SqliteInspection {
  private static final byte[] MAGIC = "SQLite format 3\0".getBytes(StandardCharsets.US_ASCII);

  /** Of the file's header. */
  private static final int PAGE_SIZE_AT = 16;

  private static final int HEADER_BYTES = 100;

  private final Findings findings;
  private final boolean full;

  /**
   * @param full also compares tables with their indexes
   */
  SqliteInspection(Findings findings, boolean full) {
    this.findings = findings;
    this.full = full;
  }

  /** What is in it. */
  interface Content {
    /**
     * Looks at it, and says what it finds.
     *
     * @param inUse whether another process has it open
     * @throws SQLException when the file cannot be read as what it should be
     */
    void look(SqliteView view, boolean inUse) throws SQLException, IOException;
  }

  /**
   * @param file which is there
   * @param remedy what to do when it is damaged
   */
  void look(Path file, String remedy, Content content) throws IOException {
    if (!hasHeader(file)) {
      findings.problem(file, "empty, cut off, or no database", remedy);
      return;
    }
    for (Path beside : List.of(SqliteFile.log(file), SqliteFile.index(file))) {
      if (Files.exists(beside) && !findings.isThere(beside, remedy)) {
        return;
      }
    }
    boolean inUse = SqliteFile.isInUse(file);
    if (!inUse) {
      lookAtLog(file, remedy);
      lookAtJournal(file);
      if (!LogFile.hasFrames(SqliteFile.log(file)) && !hasWholePages(file)) {
        findings.problem(file, "cut off", remedy);
      }
    }
    try (SqliteView view = SqliteView.open(file)) {
      if (SqliteFile.isWhole(view.connection(), full)) {
        content.look(view, inUse);
      } else {
        findings.problem(file, "damaged", remedy);
      }
    } catch (SQLException e) {
      if (SqliteFile.isDamage(e)) {
        findings.problem(file, "damaged", remedy);
      } else {
        findings.problem(file, "cannot be used", SqliteFile.sentence("It", e, " is damaged."));
      }
    }
  }

  private static boolean hasHeader(Path file) throws IOException {
    return Arrays.equals(head(file), 0, MAGIC.length, MAGIC, 0, MAGIC.length);
  }

  private static byte[] head(Path file) throws IOException {
    try (var in = Files.newInputStream(file)) {
      return Arrays.copyOf(in.readNBytes(HEADER_BYTES), HEADER_BYTES);
    }
  }

  /** SQLite does not mind a part of a page at the end. */
  private static boolean hasWholePages(Path file) throws IOException {
    byte[] head = head(file);
    int field = (head[PAGE_SIZE_AT] & 0xff) << 8 | head[PAGE_SIZE_AT + 1] & 0xff;
    int pageBytes = field == 1 ? 65_536 : field; // as the format says
    return pageBytes > 0 && Files.size(file) % pageBytes == 0;
  }

  private void lookAtLog(Path file, String remedy) throws IOException {
    Path log = SqliteFile.log(file);
    Optional<LogFile.Complaint> complaint = LogFile.complaint(log);
    if (complaint.isPresent()) {
      findings.problem(
          log,
          switch (complaint.get()) {
            case HEAD -> "damaged at its beginning: what was written last is lost";
            case FRAME -> "damaged: what was written last is lost";
            case END -> "its last write is not whole";
          },
          complaint.get() == LogFile.Complaint.END
              ? "Nothing is lost if the machine went down at that moment: start the server. Else: "
                  + remedy
              : remedy);
    }
  }

  /** Written by other programs only; SQLite would undo what it holds. */
  private void lookAtJournal(Path file) {
    Path journal = file.resolveSibling(file.getFileName() + "-journal");
    if (Files.exists(journal)) {
      findings.problem(
          journal,
          "left by another program that wrote to " + file.getFileName(),
          "Move it away unless you know what it is: with it SQLite undoes changes.");
    }
  }
}
