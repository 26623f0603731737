package org.blindbook.server.registrations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.blindbook.edge.identifier.Identifier;
import org.blindbook.protocol.Sha256;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Loading with keys that cost something: nothing is keyed twice, and nothing is left out. */
class ResumedLoadTest {
  private static final int ROWS = 70_000;

  @TempDir Path folder;
  private Path file;

  /** A keyed hash in place of the evaluator, which counts and may fail. */
  private static final class CountingKeys implements LookupKeys {
    private final int failsAfter;
    int keyed;

    CountingKeys(int failsAfter) {
      this.failsAfter = failsAfter;
    }

    @Override
    public CompletableFuture<byte[]> keysOf(List<Identifier> identifiers) {
      if (keyed >= failsAfter) {
        return CompletableFuture.failedFuture(new LoadException("The evaluator is gone."));
      }
      keyed += identifiers.size();
      byte[] keys = new byte[16 * identifiers.size()];
      for (int i = 0; i < identifiers.size(); i++) {
        byte[] text = identifiers.get(i).canonical().getBytes(StandardCharsets.UTF_8);
        System.arraycopy(keyedHash(text), 0, keys, 16 * i, 16);
      }
      return CompletableFuture.completedFuture(keys);
    }

    private static byte[] keyedHash(byte[] text) {
      return Arrays.copyOf(Sha256.of(new byte[] {7}, text), 16);
    }

    @Override
    public int parallelism() {
      return 2;
    }

    @Override
    public Optional<CompletableFuture<byte[]>> nameOf(byte[] digest) {
      return Optional.of(CompletableFuture.completedFuture(keyedHash(digest)));
    }

    @Override
    public void close() {}
  }

  @BeforeEach
  void write() throws Exception {
    List<String> lines = new ArrayList<>(List.of("identifier,account_id"));
    for (int i = 0; i < ROWS; i++) {
      lines.add(i == 9 ? "nonsense," + new UUID(1, 1) : row(i, 1));
    }
    file = Files.write(folder.resolve("users.csv"), lines);
  }

  private static String row(int i, int account) {
    return "+49301" + (1_000_000 + i) + "," + new UUID(account, i + 1);
  }

  private BulkLoad.Report load(RegistrationStore store, LookupKeys keys) throws Exception {
    return BulkLoad.run(
        new BulkLoad.Request(
            InputSource.of(file, InputStream.nullInputStream()),
            Operation.REGISTER,
            Optional.of(folder.resolve("rejects.csv")),
            false,
            new ReplaceConsent(false, false)),
        store,
        keys,
        (bytes, rows) -> {});
  }

  @Test
  void aLoadGoesOnWhereItWasInterruptedAndWhereTheFileHasGrown() throws Exception {
    try (RegistrationStore store = RegistrationStore.sqlite(folder.resolve("store.db"))) {
      assertThatThrownBy(() -> load(store, new CountingKeys(40_000)))
          .isInstanceOf(LoadException.class);
      long kept = store.loadProgress().orElseThrow().rows();
      assertThat(kept).isBetween(32_768L, 34_000L);

      CountingKeys rest = new CountingKeys(ROWS);
      BulkLoad.Report report = load(store, rest);
      assertThat(rest.keyed).isEqualTo((int) (ROWS - kept));
      assertThat(report.rows()).isEqualTo(ROWS);
      assertThat(report.rejected()).as("of the skipped rows, too").isEqualTo(1);
      assertThat(report.registered() + report.unchanged()).isEqualTo(ROWS - 1);
      assertThat(store.head()).isGreaterThanOrEqualTo(ROWS - 1);

      CountingKeys again = new CountingKeys(ROWS);
      assertThat(load(store, again).unchanged()).isEqualTo(ROWS - 1);
      assertThat(again.keyed).isZero();

      Files.write(file, List.of(row(ROWS, 1)), StandardOpenOption.APPEND);
      CountingKeys grown = new CountingKeys(ROWS);
      assertThat(load(store, grown).registered()).isEqualTo(1);
      assertThat(grown.keyed).isEqualTo(1);
    }
  }

  @Test
  void aChangedRowOrAnotherWriteBeginsFromTheStart() throws Exception {
    try (RegistrationStore store = RegistrationStore.sqlite(folder.resolve("store.db"))) {
      load(store, new CountingKeys(ROWS));
      List<String> lines = Files.readAllLines(file);
      lines.set(5, row(4, 2));
      Files.write(file, lines);
      CountingKeys changed = new CountingKeys(ROWS);
      assertThat(load(store, changed).registered()).isEqualTo(1);
      assertThat(changed.keyed).isEqualTo(ROWS - 1);

      RegistrationBatch other = new RegistrationBatch();
      other.delete(CountingKeys.keyedHash("tel:+493011000000".getBytes(StandardCharsets.UTF_8)));
      assertThat(store.apply(other).deleted()).isEqualTo(1);
      CountingKeys after = new CountingKeys(ROWS);
      assertThat(load(store, after).registered()).isEqualTo(1);
      assertThat(after.keyed).isEqualTo(ROWS - 1);
    }
  }
}
