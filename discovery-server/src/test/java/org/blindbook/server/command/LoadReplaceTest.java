package org.blindbook.server.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.blindbook.server.registrations.RegistrationStore;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Loads that replace the set, and loads that only say what they would do. */
class LoadReplaceTest {
  private static final int USERS = 10;

  @TempDir Path temp;
  private Path data;

  @BeforeEach
  void registerTen() throws IOException {
    data = temp.resolve("data");
    assertThat(load(rows(0, USERS, 1)).exitCode()).isZero();
  }

  /** Users from one number up to before another. */
  private static String rows(int from, int to, int account) {
    StringBuilder rows = new StringBuilder();
    for (int i = from; i < to; i++) {
      rows.append("+49301234")
          .append(10 + i)
          .append(',')
          .append(new UUID(account, i + 1))
          .append('\n');
    }
    return rows.toString();
  }

  private CommandRun load(String rows, String... more) throws IOException {
    Path file = Files.writeString(temp.resolve("users.csv"), "identifier,account_id\n" + rows);
    List<String> arguments =
        new ArrayList<>(
            List.of("load", "--data-dir", data.toString(), "--mode", "truncated", file.toString()));
    arguments.addAll(List.of(more));
    return CommandRun.of(arguments.toArray(String[]::new));
  }

  private record State(long registered, long head) {}

  private State state() throws Exception {
    try (RegistrationStore store = RegistrationStore.sqlite(data.resolve("registrations.db"))) {
      return new State(store.registered(), store.head());
    }
  }

  private static void assertRefused(CommandRun run, String... says) {
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.out()).isEmpty();
    assertThat(run.err()).contains(says).hasLineCount(1);
  }

  @Test
  void replacesTheSet() throws Exception {
    CommandRun run = load(rows(4, 8, 1) + rows(8, 12, 2) + rows(11, 12, 3), "--replace", "--json");
    assertThat(run.err()).isEmpty();
    assertThat(new JsonObject(run.out()).getMap())
        .containsEntry("rows", 9)
        .containsEntry("registered", 4)
        .containsEntry("unchanged", 4)
        .containsEntry("superseded", 1)
        .containsEntry("deleted", 4)
        .containsEntry("rejected", 0)
        .containsEntry("dryRun", false);
    assertThat(state().registered).isEqualTo(8);
    assertThat(load(rows(4, 12, 2), "--replace").out())
        .contains("5 registered or changed, 3 unchanged, 0 others unregistered.");
  }

  @Test
  void refusesAFileOfNothing() throws Exception {
    State before = state();
    assertRefused(
        load("", "--replace", "--unregister-many"), "no row that can be loaded: nothing was");
    assertRefused(
        load("x,y\n", "--replace", "--accept-rejects", "--unregister-many"), "no row that can be");
    assertThat(state()).isEqualTo(before);
  }

  @Test
  void refusesRejectsUnlessTheyAreAccepted() throws Exception {
    State before = state();
    String rows = rows(0, 9, 1) + "030123419," + new UUID(1, 1) + "\n";
    assertRefused(
        load(rows, "--replace"), "1 row was rejected", "users.rejects.csv", "--accept-rejects");
    assertThat(temp.resolve("users.rejects.csv")).content().contains("11,a phone number must");
    assertThat(state()).isEqualTo(before);
    assertThat(load(rows, "--replace", "--accept-rejects").exitCode()).isEqualTo(3);
    assertThat(state().registered).isEqualTo(9);
  }

  @Test
  void refusesToUnregisterMoreThanHalfUnlessItIsMeant() throws Exception {
    State before = state();
    assertRefused(
        load(rows(0, 4, 1), "--replace"),
        "unregister 6 of 10, more than half",
        "--unregister-many");
    assertThat(state()).isEqualTo(before);
    assertThat(load(rows(0, 5, 1), "--replace").exitCode()).as("half").isZero();
    assertThat(load(rows(0, 1, 1), "--replace", "--unregister-many").exitCode()).isZero();
    assertThat(state().registered).isEqualTo(1);
  }

  @Test
  void aDryRunCountsAsTheLoadDoesAndChangesNothing() throws Exception {
    String some = rows(6, 8, 1) + rows(8, 13, 2) + rows(12, 13, 3) + "x,y\n";
    for (List<String> options :
        List.of(
            List.<String>of(),
            List.of("--delete"),
            List.of("--replace", "--accept-rejects", "--unregister-many"))) {
      State before = state();
      List<String> dry = new ArrayList<>(options);
      dry.addAll(List.of("--json", "--dry-run"));
      CommandRun would = load(some, dry.toArray(String[]::new));
      assertThat(would.exitCode()).isEqualTo(3);
      assertThat(temp.resolve("users.rejects.csv")).exists();
      assertThat(state()).isEqualTo(before);

      List<String> real = new ArrayList<>(options);
      real.add("--json");
      CommandRun did = load(some, real.toArray(String[]::new));
      assertThat(counts(would)).isEqualTo(counts(did));
      assertThat(state()).isNotEqualTo(before);
      load(rows(0, USERS, 1), "--replace", "--unregister-many");
    }
    assertThat(load(rows(0, 1, 2), "--dry-run").out())
        .startsWith("Nothing was changed; this would happen: 1 row in ")
        .contains(" 1 registered or changed, 0 unchanged.");
    assertRefused(load(rows(0, 1, 1), "--dry-run", "--replace"), "more than half");
  }

  private static JsonObject counts(CommandRun run) {
    JsonObject counts = new JsonObject(run.out());
    assertThat(counts.getInteger("rejected")).isEqualTo(1);
    counts.remove("seconds");
    counts.remove("dryRun");
    return counts;
  }

  @Test
  void optionsThatMakeNoSenseTogetherAreRefused() throws Exception {
    assertRefused(load(rows(0, 1, 1), "--accept-rejects"), "go with --replace");
    assertRefused(load(rows(0, 1, 1), "--unregister-many", "--delete"), "go with --replace");
    assertRefused(load(rows(0, 1, 1), "--replace", "--delete"), "--help");
  }
}
