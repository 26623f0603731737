package org.blindbook.server.command;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.apache.commons.codec.binary.Hex;
import org.blindbook.edge.identifier.Identifier;
import org.blindbook.edge.identifier.LookupKey;
import org.blindbook.server.registrations.Account;
import org.blindbook.server.registrations.RegistrationBatch;
import org.blindbook.server.registrations.RegistrationStore;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The commands that unregister, export, count and compact. */
class RegistrationCommandsTest {
  private static final UUID ANNA = UUID.fromString("5f0c7d52-5a4e-4d0c-9a3f-0b6a5b1c2d3e");
  private static final UUID BEN = UUID.fromString("0c9fd9b4-1f53-4d55-8f0e-5c1e0f5a7b11");

  @TempDir Path temp;
  private String data;

  @BeforeEach
  void registerTwo() throws Exception {
    data = temp.resolve("data").toString();
    Path csv =
        Files.writeString(
            temp.resolve("users.csv"),
            "identifier,account_id\n+4930123456,%s\nben@example.org,%s\n".formatted(ANNA, BEN));
    CommandRun run =
        CommandRun.of("load", "--data-dir", data, "--mode", "truncated", csv.toString());
    assertThat(run.exitCode()).isZero();
  }

  private static String row(String identifier, UUID account) throws Exception {
    byte[] key = LookupKey.truncated(Identifier.parse(identifier)).bytes();
    return Hex.encodeHexString(key) + "," + account;
  }

  private CommandRun unregister(String typed, String... more) {
    InputStream before = System.in;
    System.setIn(new ByteArrayInputStream(typed.getBytes(UTF_8)));
    try {
      String[] arguments = new String[more.length + 3];
      System.arraycopy(new String[] {"unregister", "--data-dir", data}, 0, arguments, 0, 3);
      System.arraycopy(more, 0, arguments, 3, more.length);
      return CommandRun.of(arguments);
    } finally {
      System.setIn(before);
    }
  }

  private JsonObject stats() {
    return new JsonObject(CommandRun.of("stats", "--data-dir", data, "--json").out());
  }

  @Test
  void unregistersWhomStandardInputNames() {
    CommandRun run = unregister("+49 30 123456\n\nnobody@example.org\n", "--json");
    assertThat(run.err()).isEmpty();
    assertThat(run.exitCode()).isZero();
    assertThat(new JsonObject(run.out()).getMap())
        .containsEntry("unregistered", 1)
        .containsEntry("notRegistered", 1)
        .containsEntry("rejected", 0)
        .containsEntry("rejects", null);
    assertThat(stats().getInteger("registered")).isEqualTo(1);
    assertThat(unregister("").out()).contains("0 unregistered, 0 were not registered.");
  }

  @Test
  void unregistersWhomAFileNamesAndSaysWhichLinesAreNobody() throws Exception {
    Path gone = Files.writeString(temp.resolve("gone.txt"), "030123456\nben@example.org");
    CommandRun run = unregister("", "--identifier-file", gone.toString());
    assertThat(run.exitCode()).isEqualTo(3);
    assertThat(run.out()).contains("1 unregistered, 0 were not registered, 1 rejected: see ");
    assertThat(temp.resolve("gone.txt.rejects.csv"))
        .hasContent(
            "line,reason,identifier\n"
                + "1,a phone number must start with + and the country code,030123456\n");
    assertThat(stats().getInteger("registered")).isEqualTo(1);
  }

  /** Whoever was registered before the plan changed has the key of the former number. */
  @ParameterizedTest
  @ValueSource(strings = {"+52 1 55 6100 0201", "+52 55 6100 0201"})
  void unregistersUnderEveryNumberThatTheSubscriberHad(String written) throws Exception {
    try (RegistrationStore store =
        RegistrationStore.sqlite(Path.of(data).resolve("registrations.db"))) {
      RegistrationBatch before = new RegistrationBatch();
      byte[] key = LookupKey.truncated(Identifier.parse("+5215561000201")).bytes();
      before.register(key, Account.bytes(ANNA));
      store.apply(before);
    }
    assertThat(unregister(written + "\n").out()).contains("1 unregistered, 0 were not registered.");
    assertThat(unregister(written + "\n").out()).contains("0 unregistered, 1 were not registered.");
    assertThat(stats().getInteger("registered")).isEqualTo(2);
  }

  @Test
  void takesNoIdentifierAsAnArgumentAndNoMegabyteByHand() {
    CommandRun argument = unregister("", "+4930123456");
    assertThat(argument.exitCode()).isEqualTo(2);
    assertThat(argument.err()).doesNotContain("4930123456").hasLineCount(1);
    CommandRun many = unregister("+4930123456\n".repeat(90_000));
    assertThat(many.exitCode()).isEqualTo(2);
    assertThat(many.err()).contains("blindbook load --delete").hasLineCount(1);
    assertThat(stats().getInteger("registered")).isEqualTo(2);
  }

  @ParameterizedTest
  @ValueSource(strings = {"stats", "export", "unregister", "compact"})
  void aMistypedDirectoryIsNotMade(String command) {
    String mistyped = temp.resolve("daat").toString();
    CommandRun run = CommandRun.of(command, "--data-dir", mistyped);
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).contains("does not exist").hasLineCount(1);
    assertThat(Path.of(mistyped)).doesNotExist();
  }

  private CommandRun compact(String... more) {
    String[] arguments = new String[more.length + 3];
    System.arraycopy(new String[] {"compact", "--data-dir", data}, 0, arguments, 0, 3);
    System.arraycopy(more, 0, arguments, 3, more.length);
    return CommandRun.of(arguments);
  }

  @Test
  void compactsWhatIsKnownToBeOldEnough() throws Exception {
    unregister("ben@example.org\n");
    assertThat(compact().out())
        .startsWith("Nothing removed: how old changes are is known since 20");
    Instant before = Instant.now().truncatedTo(ChronoUnit.SECONDS).minus(Duration.ofDays(40));
    try (RegistrationStore store =
        RegistrationStore.sqlite(Path.of(data).resolve("registrations.db"))) {
      store.mark(InstantSource.fixed(before), Duration.ofDays(40)); // forgets the later one
    }
    unregister("+4930123456\n");
    assertThat(new JsonObject(compact("--older-than", "41d", "--json").out()).getMap())
        .containsEntry("removed", 0)
        .containsEntry("unregisteredBefore", null)
        .containsEntry("agesKnownSince", before.toString());
    CommandRun run = compact("--json");
    assertThat(run.exitCode()).isZero();
    assertThat(new JsonObject(run.out()).getMap())
        .containsEntry("removed", 1)
        .containsEntry("unregisteredBefore", before.toString())
        .doesNotContainKey("epoch");
    assertThat(stats().getInteger("unregistered")).as("of just now").isEqualTo(1);
    assertThat(compact().out())
        .startsWith("0 rows removed, of who was unregistered before " + before);
  }

  @ParameterizedTest
  @ValueSource(strings = {"0d", "367d", "30", "1h", "-1d", "999999999999d"})
  void compactsNothingByAnAgeThatMakesNoSense(String age) {
    CommandRun run = compact("--older-than=" + age);
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).contains("--older-than takes a number of days").hasLineCount(1);
  }

  @Test
  void countsWhatIsRegisteredAndWhatWas() throws Exception {
    assertThat(stats().getMap())
        .containsEntry("serving", true)
        .containsEntry("registered", 2)
        .containsEntry("unregistered", 0)
        .containsEntry("sequence", 2)
        .doesNotContainKey("epoch");
    unregister("+4930123456\n");
    assertThat(stats().getMap())
        .containsEntry("registered", 1)
        .containsEntry("unregistered", 1)
        .containsEntry("sequence", 3);
    assertThat(CommandRun.of("stats", "--data-dir", data).out())
        .containsPattern("-\\s+serving\\s+1\\s+1\\s+3");
    String empty = Files.createDirectory(temp.resolve("new")).toString();
    assertThat(CommandRun.of("stats", "--data-dir", empty).err())
        .contains("is empty")
        .hasLineCount(1);
  }

  @Test
  void exportsToStandardOutputWhoeverIsRegistered() throws Exception {
    unregister("+4930123456\n");
    CommandRun run = CommandRun.of("export", "--data-dir", data);
    assertThat(run.err()).isEmpty();
    assertThat(run.out()).isEqualTo("key,account_id\n" + row("ben@example.org", BEN) + "\n");
    JsonObject json =
        new JsonObject(CommandRun.of("export", "--data-dir", data, "--format", "ndjson").out());
    assertThat(json.getString("account_id")).isEqualTo(BEN.toString());
  }

  @ParameterizedTest
  @ValueSource(strings = {"csv none", "csv gzip", "csv zstd", "ndjson none", "ndjson zstd"})
  void whatIsExportedCanBeLoaded(String how) throws Exception {
    Path file = temp.resolve("all");
    String[] words = how.split(" ");
    CommandRun export =
        CommandRun.of(
            "export",
            "--data-dir",
            data,
            "-o",
            file.toString(),
            "--format",
            words[0],
            "--compress",
            words[1]);
    assertThat(export.err()).isEmpty();
    assertThat(export.out()).startsWith("2 registrations are in ");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    String other = temp.resolve("other").toString();
    CommandRun load =
        CommandRun.of("load", "--data-dir", other, "--mode", "truncated", file.toString());
    assertThat(load.exitCode()).isZero();
    assertThat(CommandRun.of("export", "--data-dir", other).out())
        .contains(row("+4930123456", ANNA), row("ben@example.org", BEN))
        .hasLineCount(3);
  }

  @Test
  void anExportThatCannotBeWrittenLeavesNothing() {
    Path file = temp.resolve("absent/all.csv");
    CommandRun run = CommandRun.of("export", "--data-dir", data, "-o", file.toString());
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).contains("cannot be written").hasLineCount(1);
    assertThat(file.getParent()).doesNotExist();
  }

  /** Every change gives its row another place in the store, behind where an export has come. */
  @Test
  void changesDuringAnExportLoseAndDoubleNobody() throws Exception {
    int users = 40_000;
    StringBuilder rows = new StringBuilder("key,account_id\n");
    StringBuilder changed = new StringBuilder("key,account_id\n");
    for (int i = 1; i <= users; i++) {
      rows.append("%032x,%s\n".formatted(i, new UUID(1, i)));
      changed.append("%032x,%s\n".formatted(i, new UUID(2, i)));
    }
    Path all = Files.writeString(temp.resolve("all.csv"), rows);
    Path later = Files.writeString(temp.resolve("later.csv"), changed);
    CommandRun.of("load", "--data-dir", data, all.toString());
    Set<String> keys = new HashSet<>();
    Path store = Path.of(data, "registrations.db");
    try (RegistrationStore registrations = RegistrationStore.sqlite(store)) {
      long visited =
          registrations.visitRegistered(
              (key, account) -> {
                if (keys.size() == 10) {
                  List<String> load = List.of("load", "--data-dir", data, later.toString());
                  assertThat(CommandRun.of(load.toArray(String[]::new)).exitCode()).isZero();
                }
                keys.add(Hex.encodeHexString(key));
              });
      assertThat(visited).isEqualTo(users + 2).isEqualTo(keys.size());
    }
  }
}
