package org.blindbook.server.inspection;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import org.blindbook.protocol.lookup.Update;
import org.blindbook.server.installation.DataDirectory;
import org.blindbook.server.recovery.InstalledDirectory;
import org.blindbook.server.registrations.RegistrationStore;
import org.blindbook.server.sqlite.SqliteView;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * One bit of a store is another, wherever it is: that is seen, or it changes accounts, the store's
 * name, or nothing. Those are in one place each, so nothing contradicts them.
 */
class FlippedBitsTest {
  private static final int FLIPS = 500;

  @TempDir Path temp;

  /**
   * What the store says.
   *
   * @param keys by sequence number
   * @param accounts of all, in the same order
   * @param name of the store
   */
  private record Content(SortedMap<Long, ByteBuffer> keys, ByteBuffer accounts, String name) {
    static Content of(Path file) throws Exception {
      SortedMap<Long, ByteBuffer> keys = new TreeMap<>();
      ByteBuffer accounts = ByteBuffer.allocate(1 << 16);
      try (SqliteView view = SqliteView.open(file);
          RegistrationStore store = RegistrationStore.sqliteReading(file, view.connection())) {
        for (Update next = store.changesBetween(0, Long.MAX_VALUE, 1);
            next.count() > 0;
            next = store.changesBetween(next.sequence(), Long.MAX_VALUE, 1)) {
          keys.put(next.sequence(), ByteBuffer.wrap(next.entries(), 0, 16).slice());
          accounts.put(next.entries(), 16, 16);
        }
        return new Content(keys, accounts.flip(), store.identity());
      }
    }
  }

  @Test
  void whatIsNotSeenChangesNothingButAccounts() throws Exception {
    DataDirectory directory = InstalledDirectory.truncated(temp.resolve("data"), 300);
    Path store = directory.registrations(0);
    byte[] whole = Files.readAllBytes(store);
    Content before = Content.of(store);
    Random random = new Random(1611);
    int seen = 0;
    int harmful = 0;
    for (int flip = 0; flip < FLIPS; flip++) {
      byte[] flipped = whole.clone();
      int bit = random.nextInt(flipped.length * 8);
      flipped[bit / 8] ^= (byte) (1 << bit % 8);
      Files.write(store, flipped);
      boolean named =
          DirectoryInspection.of(directory, true).stream()
              .anyMatch(finding -> finding.result() == Finding.Result.PROBLEM);
      if (named) {
        seen++;
      } else {
        Content after = Content.of(store);
        assertThat(after.keys()).as("keys with bit %d flipped", bit).isEqualTo(before.keys());
        harmful += after.equals(before) ? 0 : 1;
      }
    }
    assertThat(seen).as("flips that are named").isGreaterThan(FLIPS / 8);
    assertThat(harmful).as("flips that change accounts or the name").isBetween(1, FLIPS / 4);
  }
}
