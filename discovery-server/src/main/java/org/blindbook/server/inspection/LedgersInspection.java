package org.blindbook.server.inspection;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Locale;
import java.util.UUID;
import org.blindbook.server.installation.DataDirectory;
import org.blindbook.server.ledgers.LedgersException;
import org.blindbook.server.ledgers.SqliteRecordStore;
import org.blindbook.server.sqlite.SqliteView;

/** What accounts have left: the file of ledgers, or the name of the Redis that has them. */
final class LedgersInspection {
  private static final String RESTORE =
      "Restore it: blindbook restore. Without it every account has fresh permits.";

  private final Findings findings;
  private final DataDirectory directory;
  private final boolean full;

  LedgersInspection(Findings findings, DataDirectory directory, boolean full) {
    this.findings = findings;
    this.directory = directory;
    this.full = full;
  }

  void look() throws IOException {
    Path file = directory.ledgers();
    Path redis = directory.ledgersRedis();
    if (Files.exists(redis) && findings.isThere(redis, "")) {
      lookAtRedis(redis);
    }
    if (Files.exists(file)) {
      if (findings.isThere(file, RESTORE)) {
        new SqliteInspection(findings, full)
            .look(file, RESTORE, (view, inUse) -> content(file, view));
      }
    } else if (!Files.exists(redis) && Files.isDirectory(directory.platform())) {
      // A server has been here, and makes one of the two before it starts an enclave.
      findings.problem(file, "missing, and so is " + redis.getFileName(), RESTORE);
    }
  }

  private void content(Path file, SqliteView view) throws SQLException {
    try {
      findings.ok(
          file,
          String.format(
              Locale.ROOT, "%,d records", SqliteRecordStore.count(file, view.connection())));
    } catch (LedgersException e) {
      throw e.getCause() instanceof SQLException cause ? cause : new SQLException(e);
    }
  }

  private void lookAtRedis(Path file) throws IOException {
    String name = new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
    try {
      if (!UUID.fromString(name).toString().equals(name)) {
        throw new IllegalArgumentException();
      }
      findings.ok(file, "names a Redis");
    } catch (IllegalArgumentException e) {
      findings.problem(
          file,
          "damaged",
          "Restore it: blindbook restore; or delete it if the Redis has its data.");
    }
  }
}
