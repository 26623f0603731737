package org.blindbook.server.registrations;

import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

class SqliteCompactionTest extends CompactionContract {
  @TempDir Path temp;

  @Override
  RegistrationStore open() throws StoreException {
    return RegistrationStore.sqlite(temp.resolve("registrations.db"));
  }
}
