package org.blindbook.server.inspection;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Locale;
import org.blindbook.server.enclavehost.SnapshotInspection;
import org.blindbook.server.registrations.RegistrationStore;
import org.blindbook.server.registrations.StoreException;
import org.blindbook.server.sql.Sql;
import org.blindbook.server.sqlite.LogFile;
import org.blindbook.server.sqlite.SqliteFile;
import org.blindbook.server.sqlite.SqliteView;

/** The store of one epoch, and the snapshot that was made from it. */
final class StoreInspection {
  private static final String RESTORE = "Restore it: blindbook restore.";
  private static final String FORGET_LOG =
      "With it the store is read wrongly: restore a backup; or move the log away if the store alone"
          + " is what you want.";

  private final Findings findings;
  private final SqliteInspection files;
  private final boolean full;
  private boolean written;

  StoreInspection(Findings findings, boolean full) {
    this.findings = findings;
    this.files = new SqliteInspection(findings, full);
    this.full = full;
  }

  /**
   * @param snapshot which need not be there
   * @return whether anything was ever loaded, as far as can be read
   */
  boolean look(Path store, Path snapshot) throws IOException {
    if (findings.isThere(store, missing(snapshot))) {
      files.look(store, RESTORE, (view, inUse) -> content(store, snapshot, view, inUse));
    }
    return written;
  }

  private static String missing(Path snapshot) {
    return Files.exists(snapshot)
        ? "Restore it before a server starts, which would begin with an empty one: the snapshot"
            + " shows that there was one."
        : "Restore it: blindbook restore. If nothing was ever loaded, the next start makes one.";
  }

  private void content(Path file, Path snapshot, SqliteView view, boolean inUse)
      throws SQLException, IOException {
    try {
      RegistrationStore store = RegistrationStore.sqliteReading(file, view.connection());
      String identity = store.identity();
      long head = store.head();
      long registered = store.registered();
      written = head > 0;
      if (!identity.matches("[0-9a-f]{32}")) {
        findings.problem(file, "damaged: its identity is none", RESTORE);
      }
      if (full && hasOddRows(view)) {
        findings.problem(file, "damaged: rows of another length than keys and accounts", RESTORE);
      }
      if (!inUse) {
        lookAtForeignLog(file, view, identity, head);
      }
      lookAtSnapshot(snapshot, store, file, head);
      findings.ok(
          file, String.format(Locale.ROOT, "%,d registered, up to sequence %,d", registered, head));
    } catch (StoreException e) {
      throw e.getCause() instanceof SQLException cause ? cause : new SQLException(e);
    }
  }

  private static boolean hasOddRows(SqliteView view) throws SQLException {
    return Sql.number(
            view.connection(),
            "SELECT count(*) FROM registrations WHERE length(key) != 16 OR seq < 1"
                + " OR (account IS NOT NULL AND length(account) != 16)")
        > 0;
  }

  /** SQLite takes whatever lies beside a file for its log, and a log only leads forwards. */
  private void lookAtForeignLog(Path file, SqliteView both, String identity, long head)
      throws IOException {
    Path log = SqliteFile.log(file);
    if (!LogFile.hasFrames(log)) {
      return;
    }
    try (SqliteView view = SqliteView.withoutLog(file)) {
      RegistrationStore alone = RegistrationStore.sqliteReading(file, view.connection());
      if (!alone.identity().equals(identity)
          || new Histories(view.connection(), both.connection()).contradict(alone.head(), full)) {
        findings.problem(log, "the log of another store", FORGET_LOG);
      } else if (alone.head() > head) {
        findings.problem(log, "an older log than the store beside it", FORGET_LOG);
      }
    } catch (SQLException | StoreException e) {
      // Without its log the file may be in the middle of something.
    }
  }

  private void lookAtSnapshot(Path snapshot, RegistrationStore store, Path file, long head)
      throws IOException, StoreException {
    if (!Files.exists(snapshot) || !findings.isThere(snapshot, "")) {
      return;
    }
    switch (SnapshotInspection.of(snapshot, store)) {
      case FITS -> findings.ok(snapshot, "whole, of this store");
      case CUT ->
          findings.note(
              snapshot, "damaged", "It costs time only: the next start reads the store instead.");
      case COMPACTED_PAST ->
          findings.note(
              snapshot,
              "of before the last compaction of " + file.getFileName(),
              "It costs time only: the next start reads the store instead.");
      case EARLIER_STORE ->
          findings.problem(
              snapshot,
              "of a later state than " + file.getFileName() + " was put back to",
              "If you put it back, this costs time only, and what came after has to be loaded"
                  + " again. Else changes of the store were lost: restore the newest backup.");
      case OTHER_STORE ->
          findings.problem(
              snapshot,
              "of another store than " + file.getFileName(),
              head == 0
                  ? "The store was lost or replaced, and is empty: restore it before a server"
                      + " starts, which deletes the snapshot."
                  : "If you replaced the store, this costs time only: delete the snapshot. Else the"
                      + " store was lost: restore it before a server starts.");
    }
  }
}
