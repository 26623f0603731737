package org.blindbook.loadtest.population;

import de.siegmar.fastcsv.writer.CsvWriter;
import java.io.IOException;
import java.nio.file.Path;

/** The registrations of a population, as {@code blindbook load} reads them. */
public final class UsersFile {
  private UsersFile() {}

  /** Writes or replaces the file. */
  public static void write(Population population, Path file) throws IOException {
    try (CsvWriter csv = CsvWriter.builder().build(file)) {
      csv.writeRecord("identifier", "account_id");
      for (int i = 0; i < population.users(); i++) {
        csv.writeRecord(population.userNumber(i), population.account(i).toString());
      }
    }
  }
}
