package org.blindbook.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.blindbook.client.DiscoveryError;
import org.blindbook.client.DiscoveryProgress;
import org.blindbook.client.state.FileStateStore;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What goes wrong before anything is sent: each is one sentence, and nothing on standard output.
 */
class DiscoverCommandTest {
  @TempDir Path folder;
  private Path contacts;
  private Path policy;

  @BeforeEach
  void writeFiles() throws IOException {
    contacts = Files.writeString(folder.resolve("me.txt"), "+4930123456\n");
    policy =
        Files.writeString(
            folder.resolve("trust.yaml"),
            """
            version: 1
            trustRoots:
              - name: intel
            measurements:
              - measurement: %s
                release: 0.1.0
                commit: none
                reason: test
                date: 2026-11-22
            """
                .formatted("ab".repeat(32)));
  }

  @Test
  void namesTheOptionsThatAreMissing() {
    assertRefused(
        CommandRun.of("discover", "--credential", "c"),
        "Missing required options: '--server=URL', '--contacts=FILE', '--trust=POLICY'."
            + " Try blindbook discover --help.");
  }

  @Test
  void doesNotRepeatArguments() {
    assertRefused(
        run("--credental", "secret"), "There is an unknown option. Try blindbook discover --help.");
    assertRefused(run("secret"), "There are arguments too many. Try blindbook discover --help.");
    assertRefused(
        run("--server", "http://x/ secret"),
        "The value of URL cannot be understood. Try blindbook discover --help.");
  }

  @Test
  void refusesAnAddressWithoutTls() {
    assertRefused(
        run("--server", "http://example.org"),
        "The value of --server cannot be used:"
            + " without TLS the credential could be read on the way: use https://.");
  }

  @Test
  void asksForRecentRegistrationsOnlyWhereItRemembersTheLastFullDiscovery() {
    assertRefused(
        run("--recent"),
        "--recent needs --state DIR, which remembers when the last full discovery was.");
  }

  @Test
  void refusesFilesItCannotUse() throws IOException {
    assertRefused(
        run("--contacts", folder.resolve("none").toString()),
        "There is no such contacts file: check its path.");
    assertRefused(
        run("--trust", folder.resolve("none").toString()),
        "The policy "
            + folder.resolve("none")
            + " cannot be read: check that it exists and is a text file.");
    assertRefused(
        run("--trust", contacts.toString()), "Line 1 of the policy should hold keys and values.");
    assertRefused(
        run("--state", contacts.toString()),
        "The state directory cannot be used: check that it is a directory that you may write to,"
            + " and the free space.");
  }

  @Test
  void refusesAnUnknownRegion() {
    assertRefused(
        run("--region", "Germany"),
        "The region is not known: give the two letters of a country, such as DE or US.");
  }

  @Test
  void saysWhyNobodyCouldBeLookedUp() throws IOException {
    Files.writeString(contacts, "# national\n030 123456\n(030) 7654321\n");
    assertRefused(
        run(),
        "The contacts file holds nobody who could be looked up; the first of 2 skipped values is on"
            + " line 2: this is a national phone number: pass --region with its country, such as"
            + " --region DE.");
    Files.writeString(contacts, "BEGIN:VCARD\nFN:Nobody\nEND:VCARD\n");
    assertRefused(
        run(),
        "The contacts file holds nobody who could be looked up; the first of 1 skipped values is on"
            + " line 1: nothing in this file is a phone number or an address.");
    Files.writeString(contacts, "Name,Birthday,Customer\nIda,1990-01-02,6465581301\n");
    assertRefused(
        run(),
        "The contacts file holds nobody who could be looked up; the first of 1 skipped values is on"
            + " line 1: nothing in this file is a phone number or an address. Not read of the"
            + " contacts file: Birthday, Customer; discover --explain shows what was.");
  }

  @Test
  void explainsEachLineWithoutAnyServer() throws IOException {
    Path book =
        Files.writeString(
            folder.resolve("book.csv"),
            """
            Name;Telefon;E-Mail;Notiz
            Ada Berg;0151 61000101;ada@x.example;tea
            Bo;112;;
            """);
    CommandRun table = CommandRun.of("discover", "--explain", book.toString(), "--region", "DE");
    assertThat(table.err()).isEmpty();
    assertThat(table.out())
        .isEqualToNormalizingNewlines(
            """
            LINE  NAME      FIELD    READ AS
            2     Ada Berg  Telefon  +4915161000101
            2     Ada Berg  E-Mail   ada@x.example
            3     Bo        Telefon  not read: this is a short or emergency number

            2 contacts, 2 identifiers to look up; 1 value could not be read.
            Phone numbers: Telefon. E-mail addresses: E-Mail. Names: Name. Not read: Notiz.
            Nothing was sent.
            """);
    assertThat(table.exitCode()).isZero();
    CommandRun json =
        CommandRun.of(
            "discover", "--contacts", book.toString(), "--explain", "--region", "DE", "--json");
    assertThat(json.out())
        .isEqualToIgnoringNewLines(
            """
            {"contacts":2,"identifiers":2,"lookups":2,\
            "fields":[{"name":"Name","content":"name"},{"name":"Telefon","content":"phone"},\
            {"name":"E-Mail","content":"email"},{"name":"Notiz","content":"not-read"}],\
            "readings":[\
            {"line":2,"name":"Ada Berg","field":"Telefon","identifiers":["tel:+4915161000101"],\
            "forms":["tel:+4915161000101"],"problems":[]},\
            {"line":2,"name":"Ada Berg","field":"E-Mail","identifiers":["mailto:ada@x.example"],\
            "forms":["mailto:ada@x.example"],"problems":[]},\
            {"line":3,"name":"Bo","field":"Telefon","identifiers":[],\
            "forms":[],"problems":["this is a short or emergency number"]}]}\
            """);
  }

  @Test
  void explainsUnderWhichNumbersASubscriberIsLookedUp() throws IOException {
    Path book = Files.writeString(folder.resolve("book.txt"), "+52 1 55 6100 0201\n");
    assertThat(CommandRun.of("discover", "--explain", book.toString()).out())
        .contains("+5215561000201 (also looked up as +525561000201)")
        .contains(
            "1 contact, 1 identifier to look up, 2 with the other numbers of their subscribers;");
    assertThat(CommandRun.of("discover", "--explain", book.toString(), "--json").out())
        .contains("\"forms\":[\"tel:+525561000201\",\"tel:+5215561000201\"]");
  }

  @Test
  void explainNeedsAFile() {
    assertRefused(
        CommandRun.of("discover", "--explain"),
        "Missing required option: '--contacts=FILE'. Try blindbook discover --help.");
  }

  @Test
  void aServerThatIsNotThereIsSomethingToTryAgain() {
    CommandRun run = run("--server", "http://127.0.0.1:1");
    assertThat(run.exitCode()).isEqualTo(5);
    assertThat(run.out()).isEmpty();
    List<String> lines = run.err().lines().toList();
    assertThat(lines).hasSize(4);
    assertThat(lines.subList(0, 3))
        .allSatisfy(
            line ->
                assertThat(line)
                    .matches(
                        "blindbook: The server cannot be reached: trying again in [0-4] s\\."));
    assertThat(lines.get(3))
        .matches(
            "blindbook: The server cannot be reached, or the connection broke: check the address"
                + " and the network\\. Try again in [0-9]+ seconds\\.");
  }

  @Test
  void aStateThatAnotherProcessUsesIsSomethingToTryAgain() throws IOException {
    Path state = folder.resolve("state");
    try (FileStateStore store = FileStateStore.open(state)) {
      assertThat(store.load()).isEmpty();
      CommandRun run = run("--state", state.toString());
      assertThat(run.exitCode()).isEqualTo(5);
      assertThat(run.err())
          .isEqualToIgnoringNewLines(
              "blindbook: Another blindbook uses this state directory: wait until it ends, or use"
                  + " another one.");
    }
  }

  /** The server keeps silent; the user presses Ctrl-C. */
  @Test
  @EnabledOnOs({OS.LINUX, OS.MAC})
  void ctrlCClosesTheConnectionAndEndsWithTheSignalsExitCode() throws Exception {
    try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Process process =
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "-cp",
                  System.getProperty("java.class.path"),
                  Main.class.getName(),
                  "discover",
                  "--server",
                  "http://127.0.0.1:" + server.getLocalPort(),
                  "--contacts",
                  contacts.toString(),
                  "--trust",
                  policy.toString(),
                  "--credential",
                  "c:1:d",
                  "--state",
                  folder.resolve("state").toString())
              .redirectOutput(folder.resolve("out").toFile())
              .redirectError(folder.resolve("err").toFile())
              .start();
      try (Socket connection = server.accept()) {
        assertThat(connection.getInputStream().read()).isEqualTo('G');
        long before = System.nanoTime();
        new ProcessBuilder("kill", "-INT", Long.toString(process.pid())).start().waitFor();
        assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
        assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(2));
      } finally {
        process.destroyForcibly();
      }
      assertThat(process.exitValue()).isEqualTo(130);
      assertThat(folder.resolve("err"))
          .content()
          .isEqualToIgnoringNewLines(
              "blindbook: Cancelled. The next run goes on from there, and nothing is paid twice.");
      assertThat(folder.resolve("out")).isEmptyFile();
    }
    FileStateStore.open(folder.resolve("state")).close();
  }

  /** Scripts rely on them. */
  @ParameterizedTest
  @CsvSource({
    "UNTRUSTED_SERVER, 3",
    "UNAUTHENTICATED, 4",
    "QUOTA_EXHAUSTED, 5",
    "RATE_LIMITED, 5",
    "OVERLOADED, 5",
    "RESTARTING, 5",
    "NETWORK, 5",
    "WRONG_EPOCH, 5",
    "PROTOCOL_VIOLATION, 6",
    "UNPROVEN_EVALUATION, 7",
    "WRONG_ROLE, 2",
    "TOO_MANY_CALLS, 2",
    "TOO_MANY_CONTACTS, 2",
    "STATE_UNREADABLE, 2",
    "STATE_OF_ANOTHER_ACCOUNT, 2",
    "STATE_UNAVAILABLE, 2",
    "CANCELLED, 2"
  })
  void hasAnExitCodeForEachFailure(DiscoveryError error, int exitCode) {
    assertThat(DiscoverCommand.exitCode(error)).isEqualTo(exitCode);
  }

  @Test
  void keepsTheKeyOfTheStateInAPrivateFileBesideIt() throws IOException {
    String state = folder.resolve("state").toString();
    CommandRun unreachable = run("--state", state, "--evaluator", "http://127.0.0.1:1");
    assertThat(unreachable.exitCode()).isEqualTo(5);
    Path key = folder.resolve("state.key");
    byte[] written = Files.readAllBytes(key);
    assertThat(written).hasSize(32);
    assertThat(Files.getPosixFilePermissions(key))
        .isEqualTo(PosixFilePermissions.fromString("rw-------"));
    Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-r-----"));
    assertRefused(
        run("--state", state + "/."),
        "The key of the state, " + key + ", can be read by others: chmod 600 it.");
    assertThat(Files.readAllBytes(key)).isEqualTo(written);
    Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-------"));
    Files.write(key, new byte[31]);
    assertRefused(
        run("--state", state),
        "The key of the state, "
            + key
            + ", is damaged: restore it, or delete it and the state to start again.");
  }

  @Test
  void refusesAnEvaluatorItCannotUse() {
    assertRefused(
        run("--evaluator", "http://example.org"),
        "The value of --server or --evaluator cannot be used:"
            + " without TLS the credential could be read on the way: use https://.");
    assertRefused(
        run(
            "--evaluator",
            "http://127.0.0.1:1",
            "--evaluator-trust",
            folder.resolve("none").toString()),
        "The policy "
            + folder.resolve("none")
            + " cannot be read: check that it exists and is a text file.");
  }

  @Test
  void saysOnlyOfLargeBooksWhatTakesTime() {
    StringWriter err = new StringWriter();
    DelayLines progress = new DelayLines(new PrintWriter(err));
    progress.at(DiscoveryProgress.Stage.BLINDING, 4_999);
    assertThat(err.toString()).isEmpty();
    progress.at(DiscoveryProgress.Stage.BLINDING, 32_768);
    assertThat(err.toString())
        .isEqualToIgnoringNewLines("blindbook: Blinding 32,768 new contacts.");
  }

  @ParameterizedTest
  @CsvSource({
    "RATE_LIMITED, 1, This account connects too often: trying again in 1 s.",
    "OVERLOADED, 2001, The service is at its limit: trying again in 3 s.",
    "RESTARTING, 15000, The service is being restarted: trying again in 15 s.",
    "WRONG_EPOCH, 900, The service is changing its keys: trying again in 1 s.",
    "NETWORK, 30000, The server cannot be reached: trying again in 30 s."
  })
  void saysInALineWhyItWaitsAndHowLong(DiscoveryError why, long millis, String line) {
    StringWriter err = new StringWriter();
    new DelayLines(new PrintWriter(err)).retrying(why, Duration.ofMillis(millis));
    assertThat(err.toString()).isEqualToIgnoringNewLines("blindbook: " + line);
  }

  @Test
  void explainsItself() {
    CommandRun help = CommandRun.of("discover", "--help");
    assertThat(help.exitCode()).isZero();
    assertThat(help.out()).contains("Examples:").contains("Exit codes:").contains("--region");
  }

  /** A usable run, but for the options given. */
  private CommandRun run(String... changed) {
    List<String> arguments = new ArrayList<>(List.of("discover"));
    add(arguments, changed, "--server", "http://127.0.0.1:1");
    add(arguments, changed, "--contacts", contacts.toString());
    add(arguments, changed, "--trust", policy.toString());
    add(arguments, changed, "--credential", "c:1:d");
    arguments.addAll(List.of(changed));
    return CommandRun.of(arguments.toArray(String[]::new));
  }

  private static void add(List<String> arguments, String[] changed, String name, String value) {
    if (!List.of(changed).contains(name)) {
      arguments.add(name);
      arguments.add(value);
    }
  }

  private static void assertRefused(CommandRun run, String sentence) {
    assertThat(run.err()).isEqualToIgnoringNewLines("blindbook: " + sentence);
    assertThat(run.out()).isEmpty();
    assertThat(run.exitCode()).isEqualTo(2);
  }
}
