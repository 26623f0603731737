package org.blindbook.loadtest;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.blindbook.loadtest.ScriptedServer.Fate;
import org.blindbook.loadtest.population.Population;
import org.blindbook.loadtest.trust.EvidenceJudge;
import org.blindbook.loadtest.trust.UntrustedException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class LoadtestCommandTest {
  private static final EvidenceJudge TRUSTING = (evidence, collateral, binding, now) -> {};

  @TempDir Path folder;

  private record Outcome(int exitCode, String out, String err) {}

  private static Outcome run(EvidenceJudge judge, List<String> arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    CommandLine command =
        Main.commandLine(new LoadtestCommand(judge))
            .setOut(new PrintWriter(out))
            .setErr(new PrintWriter(err));
    List<String> all = new ArrayList<>(List.of("loadtest"));
    all.addAll(arguments);
    int exitCode = command.execute(all.toArray(String[]::new));
    return new Outcome(exitCode, out.toString(), err.toString());
  }

  private Outcome test(ScriptedServer server, String... options) throws Exception {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "--server",
                server.url(),
                "--credential-key",
                ScriptedServer.credentialKey(folder).toString(),
                "--users",
                "2000",
                "--duration",
                "2",
                "--warm-up",
                "0",
                "--rate",
                "20"));
    arguments.addAll(List.of(options));
    return run(TRUSTING, arguments);
  }

  private static ScriptedServer server() {
    return new ScriptedServer().register(new Population(1, 2_000));
  }

  @Test
  void aRunThatGoesWellSaysSo() throws Exception {
    try (ScriptedServer server = server()) {
      Path svg = folder.resolve("run.svg");
      Outcome outcome = test(server, "--svg", svg.toString());
      assertThat(outcome.exitCode).isZero();
      assertThat(outcome.out).contains("steady: ").containsPattern("wrong +0\n");
      assertThat(outcome.err).contains("   1 s  offered ").contains("   2 s  offered ");
      assertThat(Files.readString(svg)).startsWith("<svg ");
    }
  }

  @Test
  void jsonIsAllThatIsOnStandardOutput() throws Exception {
    try (ScriptedServer server = server()) {
      Outcome outcome = test(server, "--json", "--quiet", "--arrivals", "even");
      assertThat(outcome.exitCode).isZero();
      assertThat(outcome.err).isEmpty();
      try (JsonParser parser = new JsonFactory().createParser(outcome.out)) {
        parser.nextToken();
        parser.skipChildren();
        assertThat(parser.nextToken()).isNull();
      }
      assertThat(outcome.out).contains("\"offered\":40,\"notSent\":0,\"attempts\":40,");
    }
  }

  @Test
  void aWrongAnswerIsAFailure() throws Exception {
    try (ScriptedServer server = server()) {
      server.script = number -> number == 5 ? Fate.ANSWERED_WRONGLY : Fate.ANSWERED;
      Outcome outcome = test(server);
      assertThat(outcome.exitCode).isEqualTo(2);
      assertThat(outcome.out)
          .contains("WRONG ANSWERS: 1 discoveries")
          .containsPattern("wrong +1\n");
    }
  }

  @Test
  void whoForgotToLoadHearsOfItAtOnce() throws Exception {
    try (ScriptedServer empty = new ScriptedServer()) {
      Outcome outcome = test(empty);
      assertThat(outcome.exitCode).isEqualTo(2);
      assertThat(outcome.err).contains("125 contacts missing").contains("--write-users");
      assertThat(empty.connections()).isEqualTo(1);
    }
  }

  @Test
  void aServerThatAnswersNobodyIsNoSuccess() throws Exception {
    try (ScriptedServer server = server()) {
      server.script = number -> number == 0 ? Fate.ANSWERED : Fate.UNAVAILABLE;
      Outcome outcome = test(server);
      assertThat(outcome.exitCode).isEqualTo(3);
      assertThat(outcome.out).contains("HTTP 503");
    }
  }

  @Test
  void anUntrustedServerIsToldNothing() throws Exception {
    try (ScriptedServer server = server()) {
      Outcome outcome =
          run(
              (evidence, collateral, binding, now) -> {
                throw new UntrustedException("The server's evidence was rejected.");
              },
              List.of(
                  "--server",
                  server.url(),
                  "--credential-key",
                  ScriptedServer.credentialKey(folder).toString(),
                  "--rate",
                  "1"));
      assertThat(outcome.exitCode).isEqualTo(3);
      assertThat(outcome.err)
          .isEqualTo(
              "blindbook: The first client got no answer: The server's evidence was rejected.\n");
    }
  }

  @Test
  void nobodyThereIsExitCodeThree() throws Exception {
    ScriptedServer server = server();
    server.close();
    Outcome outcome = test(server);
    assertThat(outcome.exitCode).isEqualTo(3);
    assertThat(outcome.err).contains("connection refused").doesNotContain("127.0.0.1");
  }

  @Test
  void anotherMachineTakesAWord() {
    Outcome outcome = run(TRUSTING, List.of("--server", "http://192.0.2.1:80", "--rate", "1"));
    assertThat(outcome.exitCode).isEqualTo(1);
    assertThat(outcome.err).contains("--allow-remote");
  }

  @Test
  void wrongUsageIsExplainedInASentence() {
    assertUsage("--server URL");
    assertUsage("http:// or https://", "--server", "ftp://localhost", "--rate", "1");
    assertUsage("takes --rate R", "--server", "http://localhost");
    assertUsage("takes --scale X", "--server", "http://localhost", "--profile", "surge");
    assertUsage(
        "takes --scale X",
        "--server",
        "http://localhost",
        "--profile",
        "surge",
        "--scale",
        "1",
        "--rate",
        "5");
    assertUsage("at most 20,000", "--server", "http://localhost", "--rate", "20001");
    assertUsage("above 0", "--server", "http://localhost", "--rate", "0");
    assertUsage(
        "1 to 3600 seconds", "--server", "http://localhost", "--rate", "1", "--duration", "3601");
    assertUsage(
        "as many numbers as --steps",
        "--server",
        "http://localhost",
        "--rate",
        "1",
        "--profile",
        "step",
        "--step-seconds",
        "1,2");
    assertUsage("--in-flight", "--server", "http://localhost", "--rate", "1", "--in-flight", "0");
    assertUsage("--sources", "--server", "http://localhost", "--rate", "1", "--sources", "2");
    assertUsage("--data-dir DIR", "--server", "http://localhost", "--rate", "1");
    assertUsage("'--rate'", "--rate", "fast");
    assertUsage("Unknown option", "--what");
  }

  private static void assertUsage(String part, String... arguments) {
    Outcome outcome = run(TRUSTING, List.of(arguments));
    assertThat(outcome.exitCode).as(part).isEqualTo(1);
    assertThat(outcome.err).contains(part).hasLineCount(1);
    assertThat(outcome.out).isEmpty();
  }

  @Test
  void usersAreWrittenForLoad() throws Exception {
    Path file = folder.resolve("users.csv");
    Outcome outcome = run(TRUSTING, List.of("--write-users", "5", file.toString(), "--seed", "9"));
    assertThat(outcome.exitCode).isZero();
    assertThat(outcome.out).contains("--users 5 --seed 9");
    assertThat(Files.readAllLines(file)).hasSize(6);
    assertThat(run(TRUSTING, List.of("--write-users", "many", "file")).exitCode()).isEqualTo(1);
    assertThat(
            run(TRUSTING, List.of("--write-users", "5", folder.resolve("no/file").toString())).err)
        .contains("cannot be written");
  }
}
