package org.blindbook.server.command;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.blindbook.edge.identifier.Identifier;
import org.blindbook.edge.identifier.LookupKey;
import org.blindbook.protocol.lookup.Update;
import org.blindbook.server.epochs.HostedRoles;
import org.blindbook.server.installation.DataDirectory;
import org.blindbook.server.installation.Deployment;
import org.blindbook.server.installation.DeploymentFile;
import org.blindbook.server.installation.PublishedStatus;
import org.blindbook.server.installation.ServeLock;
import org.blindbook.server.registrations.RegistrationStore;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LoadCommandTest {
  private static final UUID ANNA = UUID.fromString("5f0c7d52-5a4e-4d0c-9a3f-0b6a5b1c2d3e");
  private static final UUID BEN = UUID.fromString("0c9fd9b4-1f53-4d55-8f0e-5c1e0f5a7b11");
  private static final UUID NOBODY = new UUID(0, 0);

  @TempDir Path temp;
  private Path data;
  private Path csv;
  private Path rejects;

  @BeforeEach
  void name() {
    data = temp.resolve("data");
    csv = temp.resolve("users.csv");
    rejects = temp.resolve("users.rejects.csv");
  }

  private CommandRun load(String content, String... more) throws Exception {
    return load(content.getBytes(UTF_8), more);
  }

  private CommandRun load(byte[] content, String... more) throws Exception {
    Files.write(csv, content);
    List<String> arguments =
        new ArrayList<>(
            List.of("load", "--data-dir", data.toString(), "--mode", "truncated", csv.toString()));
    arguments.addAll(List.of(more));
    return CommandRun.of(arguments.toArray(String[]::new));
  }

  /** What a server would find: account by lookup key. */
  private Map<ByteBuffer, UUID> registered() throws Exception {
    Map<ByteBuffer, UUID> found = new HashMap<>();
    try (RegistrationStore store = RegistrationStore.sqlite(data.resolve("registrations.db"))) {
      long at = 0;
      for (Update u = store.changesBetween(at, Long.MAX_VALUE, 5000);
          u.count() > 0;
          u = store.changesBetween(at, Long.MAX_VALUE, 5000)) {
        ByteBuffer in = ByteBuffer.wrap(u.entries());
        while (in.hasRemaining()) {
          byte[] key = new byte[16];
          in.get(key);
          UUID account = new UUID(in.getLong(), in.getLong());
          if (account.equals(NOBODY)) {
            found.remove(ByteBuffer.wrap(key));
          } else {
            found.put(ByteBuffer.wrap(key), account);
          }
        }
        at = u.sequence();
      }
    }
    return found;
  }

  private static ByteBuffer key(String identifier) throws Exception {
    return ByteBuffer.wrap(LookupKey.truncated(Identifier.parse(identifier)).bytes());
  }

  private static Map<String, Object> json(CommandRun run) {
    assertThat(run.out()).as("one object on one line").hasLineCount(1);
    return new JsonObject(run.out()).getMap();
  }

  /**
   * It used to become one of mode truncated without a word, and whoever started the server in mode
   * blinded afterwards found guessable hashes in the store.
   */
  @Test
  void aNewDirectoryIsGivenAModeByNobodyButItsOperator() throws Exception {
    Files.writeString(csv, "identifier,account_id\n+4930123456," + ANNA);
    CommandRun undecided = CommandRun.of("load", "--data-dir", data.toString(), csv.toString());
    assertThat(undecided.exitCode()).isEqualTo(2);
    assertThat(undecided.err())
        .contains("has no mode yet: start blindbook serve --mode blinded on it first")
        .contains("--mode truncated")
        .hasLineCount(1);
    CommandRun blinded =
        CommandRun.of("load", "--data-dir", data.toString(), "--mode", "blinded", csv.toString());
    assertThat(blinded.exitCode()).isEqualTo(2);
    assertThat(blinded.err()).contains("start blindbook serve --mode blinded").hasLineCount(1);
    assertThat(data).as("nothing was chosen, nothing was written").isEmptyDirectory();

    assertThat(load("identifier,account_id\n+4930123456," + ANNA).exitCode()).isZero();
    CommandRun again = CommandRun.of("load", "--data-dir", data.toString(), csv.toString());
    assertThat(again.exitCode()).as("chosen once: %s", again.err()).isZero();
    assertThat(
            CommandRun.of(
                    "load", "--data-dir", data.toString(), "--mode", "blinded", csv.toString())
                .err())
        .contains("is one of mode truncated, which was chosen when it was new");
  }

  /** The port of a server that has ended may be somebody else's by now. */
  @Test
  void theAddressOfAServerThatHasEndedIsNotUsed() throws Exception {
    DataDirectory directory = DataDirectory.open(data);
    new DeploymentFile(directory)
        .readOrChoose(() -> Deployment.blinded(HostedRoles.BOTH, 1, Optional.empty()));
    new PublishedStatus(directory).writeEvaluatorUrl("http://127.0.0.1:1");
    Files.writeString(csv, "identifier,account_id\n+4930123456," + ANNA);
    CommandRun run = CommandRun.of("load", "--data-dir", data.toString(), csv.toString());
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).contains("needs a running evaluator").hasLineCount(1);
    CommandRun nowhere =
        CommandRun.of(
            "load", "--data-dir", data.toString(), "--evaluator", "nowhere", csv.toString());
    assertThat(nowhere.err()).contains("--evaluator takes a server's address").hasLineCount(1);
  }

  @Test
  void registersNumbersAndAddresses() throws Exception {
    CommandRun run =
        load("identifier,account_id\n+4930123456,%s\nBen@Example.ORG,%s\n".formatted(ANNA, BEN));
    assertThat(run.exitCode()).isZero();
    assertThat(run.out()).startsWith("2 rows in ").contains("2 registered or changed");
    assertThat(run.err()).isEmpty();
    assertThat(registered())
        .isEqualTo(Map.of(key("+49 30 123456"), ANNA, key("ben@example.org"), BEN));
    assertThat(rejects).doesNotExist();
  }

  @Test
  void takesFilesAsSpreadsheetsWriteThem() throws Exception {
    CommandRun run =
        load(
            """
            \uFEFF"identifier","account_id"\r
            "+49 (30) 12-34-56"," %s "\r
            \r
            ＋49301234567,%s\
            """
                .formatted(ANNA.toString().toUpperCase(Locale.ROOT), BEN));
    assertThat(run.err()).isEmpty();
    assertThat(registered()).isEqualTo(Map.of(key("+4930123456"), ANNA, key("+49301234567"), BEN));
  }

  @Test
  void aMalformedRowIsRejectedWithItsReasonAndTheRestIsLoaded() throws Exception {
    String good = "+4930123456," + ANNA;
    List<String> bad =
        List.of(
            "030123456," + ANNA,
            "nobody," + ANNA,
            "," + ANNA,
            "@example.org," + ANNA,
            "+4930123457,not-a-uuid",
            "+4930123457,1-1-1-1-1",
            "+4930123457," + NOBODY,
            "+4930123457",
            "+4930123457," + ANNA + ",more",
            "\"+4930123457," + ANNA,
            "\"+49\"30123457," + ANNA,
            "\"+4930123457\",\"" + ANNA,
            "x".repeat(9000) + "," + ANNA);
    CommandRun run =
        load("identifier,account_id\n" + String.join("\n", bad) + "\n" + good, "--json");
    assertThat(run.exitCode()).isEqualTo(3);
    assertThat(run.err()).isEmpty();
    assertThat(json(run))
        .containsEntry("rows", bad.size() + 1)
        .containsEntry("registered", 1)
        .containsEntry("unchanged", 0)
        .containsEntry("deleted", 0)
        .containsEntry("superseded", 0)
        .containsEntry("rejected", bad.size())
        .containsEntry("rejects", rejects.toString())
        .containsKey("seconds");
    assertThat(registered()).isEqualTo(Map.of(key("+4930123456"), ANNA));
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(rejects)))
        .isEqualTo("rw-------");

    List<String> lines = Files.readAllLines(rejects);
    assertThat(lines.getFirst()).isEqualTo("line,reason,identifier,account_id");
    for (int i = 0; i < bad.size(); i++) {
      assertThat(lines.get(i + 1)).as(bad.get(i)).startsWith((i + 2) + ",");
    }
    assertThat(lines.get(1))
        .isEqualTo("2,a phone number must start with + and the country code," + bad.getFirst());
    assertThat(lines.get(10)).endsWith("\"\"\"+4930123457," + ANNA + "\"");
    assertThat(lines).hasSize(bad.size() + 1);
  }

  /** Dots are separators in phone numbers: the first row used to register +49151610090010. */
  @Test
  void whatASpreadsheetMadeOfANumberIsNobodysNumber() throws Exception {
    CommandRun run =
        load(
            """
            identifier,account_id
            +4915161009001.0,%s
            "4915161009001,00",%s
            4.91516E+13,%s
            ="+4915161009001",%s
            +49 (151) 610.09.001,%s
            """
                .formatted(ANNA, ANNA, ANNA, ANNA, BEN));
    assertThat(run.exitCode()).isEqualTo(3);
    assertThat(registered()).isEqualTo(Map.of(key("+4915161009001"), BEN));
    assertThat(Files.readAllLines(rejects).subList(1, 5))
        .allMatch(line -> line.contains("a spreadsheet has "), "names the spreadsheet");
  }

  @Test
  void bytesThatAreNotUtf8CostTheirLineOnly() throws Exception {
    byte[] latin1 =
        "identifier,account_id\nj\u00FCrgen@example.org,%s\n+4930123456,%s\n"
            .formatted(ANNA, BEN)
            .getBytes(ISO_8859_1);
    assertThat(load(latin1).exitCode()).isEqualTo(3);
    assertThat(registered()).isEqualTo(Map.of(key("+4930123456"), BEN));
    assertThat(rejects).content(UTF_8).contains("2,the line is not valid UTF-8,");
  }

  @Test
  void theSameAddressInUtf8IsLoaded() throws Exception {
    assertThat(load("identifier,account_id\nj\u00FCrgen@example.org," + ANNA).exitCode()).isZero();
  }

  @Test
  void anotherHeaderLoadsNothing() throws Exception {
    for (String header :
        List.of(
            "",
            "\n",
            "+4930123456," + ANNA,
            "identifier;account_id",
            "account_id,identifier",
            "identifier",
            "identifier,account_id,name",
            "\"identifier,account_id")) {
      CommandRun run = load(header + "\n+4930123456," + ANNA);
      assertThat(run.exitCode()).isEqualTo(2);
      assertThat(run.out()).isEmpty();
      assertThat(run.err())
          .matches(
              "blindbook: The first line of \\S+ must be identifier,account_id or key,account_id,"
                  + " in UTF-8 with a comma in between, or a JSON object: correct it; nothing was"
                  + " loaded.\\R");
      assertThat(registered()).isEmpty();
    }
  }

  @Test
  void unregistersWithOrWithoutTheColumnOfAccounts() throws Exception {
    load("identifier,account_id\n+4930123456,%s\n+4930123457,%s\n".formatted(ANNA, BEN));
    CommandRun run =
        load("identifier\n+4930123456\n+4930999999\n030 1234567\n", "--delete", "--json");
    assertThat(run.exitCode()).isEqualTo(3);
    assertThat(json(run))
        .containsEntry("deleted", 1)
        .containsEntry("unchanged", 1)
        .containsEntry("rejected", 1)
        .containsEntry("registered", 0);
    assertThat(rejects)
        .content(UTF_8)
        .isEqualTo(
            "line,reason,identifier\n"
                + "4,a phone number must start with + and the country code,030 1234567\n");
    assertThat(registered()).isEqualTo(Map.of(key("+4930123457"), BEN));
    assertThat(load("identifier,account_id\n+4930123457,\n", "--delete").exitCode()).isZero();
    assertThat(registered()).isEmpty();
  }

  @Test
  void ofSeveralRowsForOneIdentifierTheLastCounts() throws Exception {
    CommandRun run =
        load(
            "identifier,account_id\n+4930123456,%s\ntel:+49-30-123456,%s\n".formatted(ANNA, BEN),
            "--json");
    assertThat(json(run)).containsEntry("registered", 1).containsEntry("superseded", 1);
    assertThat(registered()).isEqualTo(Map.of(key("+4930123456"), BEN));
  }

  @Test
  void loadingTwiceChangesNothing() throws Exception {
    String content = "identifier,account_id\n+4930123456,%s\n".formatted(ANNA);
    load(content);
    long head = head();
    assertThat(json(load(content, "--json")))
        .containsEntry("registered", 0)
        .containsEntry("unchanged", 1)
        .containsEntry("rejects", null);
    assertThat(head()).isEqualTo(head);
  }

  private long head() throws Exception {
    try (RegistrationStore store = RegistrationStore.sqlite(data.resolve("registrations.db"))) {
      return store.head();
    }
  }

  @Test
  void loadsAHundredThousandRows() throws Exception {
    StringBuilder content = new StringBuilder("identifier,account_id\r\n");
    Map<ByteBuffer, UUID> expected = new HashMap<>();
    for (int i = 0; i < 100_000; i++) {
      String identifier = i % 3 == 0 ? "user" + i + "@example.org" : "+4915" + (10_000_000 + i);
      UUID account = new UUID(i, ~i);
      content.append(identifier).append(',').append(account).append("\r\n");
      expected.put(key(identifier), account);
    }
    CommandRun run = load(content.toString());
    assertThat(run.err()).as("no progress bar off a terminal").isEmpty();
    assertThat(registered()).isEqualTo(expected);
  }

  @Test
  void worksWhileAServerHoldsTheDirectory() throws Exception {
    DataDirectory directory = DataDirectory.open(data);
    try (ServeLock held = ServeLock.acquire(directory);
        RegistrationStore server = RegistrationStore.sqlite(directory.registrations(0))) {
      assertThat(held).isNotNull();
      server.changedSinceLastAsked();
      assertThat(load("identifier,account_id\n+4930123456," + ANNA).exitCode()).isZero();
      assertThat(server.changedSinceLastAsked()).isTrue();
      assertThat(server.changesBetween(0, Long.MAX_VALUE, 10).count()).isEqualTo(1);
    }
  }

  @Test
  void anEarlierRejectsFileIsReplacedOnlyByAnother() throws Exception {
    Files.writeString(rejects, "of an earlier load");
    load("identifier,account_id\n+4930123456," + ANNA);
    assertThat(rejects).hasContent("of an earlier load");
    load("identifier,account_id\nx," + ANNA);
    assertThat(rejects).content(UTF_8).startsWith("line,reason,");
    try (var files = Files.list(temp)) {
      assertThat(files).as("no draft is left").hasSize(3);
    }
  }

  @Test
  void rejectsGoElsewhereOnRequestAndNeverOverTheFileItself() throws Exception {
    Path elsewhere = temp.resolve("elsewhere.csv");
    load("identifier,account_id\nx," + ANNA, "--rejects", elsewhere.toString());
    assertThat(elsewhere).exists();
    assertThat(rejects).doesNotExist();
    String content = "identifier,account_id\nx," + ANNA;
    CommandRun run = load(content, "--rejects", csv.toString());
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(csv).hasContent(content);
  }

  @Test
  void rejectsThatCannotBeWrittenEndTheLoadInASentence() throws Exception {
    CommandRun run =
        load("identifier,account_id\nx," + ANNA, "--rejects", temp.resolve("no/r.csv").toString());
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).contains("name another file with --rejects").hasLineCount(1);
  }

  @Test
  void saysInASentenceWhatIsWrongWithTheFile() {
    for (Path file : List.of(temp.resolve("absent.csv"), temp)) {
      CommandRun run =
          CommandRun.of(
              "load", "--data-dir", data.toString(), "--mode", "truncated", file.toString());
      assertThat(run.exitCode()).isEqualTo(2);
      assertThat(run.out()).isEmpty();
      assertThat(run.err()).startsWith("blindbook: " + file).hasLineCount(1);
    }
  }

  @Test
  void aStoreThatIsDamagedIsNamed() throws Exception {
    Files.createDirectory(data);
    Files.write(data.resolve("registrations.db"), "not a store".repeat(1000).getBytes(UTF_8));
    CommandRun run = load("identifier,account_id\n+4930123456," + ANNA);
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).contains("registrations.db is damaged").hasLineCount(1);
  }
}
