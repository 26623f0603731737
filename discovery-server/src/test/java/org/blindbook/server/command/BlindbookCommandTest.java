package org.blindbook.server.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.blindbook.server.JavaProcess;
import org.blindbook.server.Main;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class BlindbookCommandTest {
  private static final String ACCOUNT = "5f0c7d52-5a4e-4d0c-9a3f-0b6a5b1c2d3e";

  @TempDir Path temp;

  @Test
  void everyCommandExplainsItselfWithExamplesAndExitCodes() {
    for (String name : BlindbookCommand.commandLine().getSubcommands().keySet()) {
      CommandRun run = CommandRun.of(name, "--help");
      assertThat(run.exitCode()).isZero();
      assertThat(run.out())
          .contains("Usage: blindbook " + name, "Examples:", "  blindbook " + name, "Exit codes:");
      assertThat(CommandRun.of(name, "--version").out()).startsWith("blindbook ");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "load",
        "load --data-dir",
        "load --data-dir d a.csv b.csv",
        "load --nonsense",
        "credential --data-dir d",
        "credential --account 5f0c7d52-5a4e-4d0c-9a3f-0b6a5b1c2d3e",
        "credential rotate",
        "credential retire --data-dir d more",
        "credential --data-dir d --account x --json=maybe",
        "nonsense",
      })
  void wrongUsageIsOneSentenceAndExitCode2(String arguments) {
    CommandRun run = CommandRun.of(arguments.split(" "));
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.out()).isEmpty();
    assertThat(run.err()).startsWith("blindbook: ").contains("--help").hasLineCount(1);
  }

  @Test
  void aDefectIsReportedWithoutItsMessage() {
    CommandLine command = BlindbookCommand.commandLine();
    command.addSubcommand(new Defective());
    command.setExecutionExceptionHandler(
        BlindbookCommand.commandLine().getExecutionExceptionHandler());
    StringWriter err = new StringWriter();
    command.setErr(new PrintWriter(err));
    assertThat(command.execute("defective")).isEqualTo(2);
    assertThat(err.toString())
        .contains("IllegalStateException", "BlindbookCommandTest.java", "report")
        .doesNotContain("4930123456")
        .hasLineCount(1);
  }

  @Test
  void anErrorOfTheRuntimeIsASentenceToo() {
    for (Error error : List.of(new OutOfMemoryError("x"), new LinkageError("+4930123456"))) {
      CommandLine command = BlindbookCommand.commandLine();
      command.addSubcommand(new Failing(error));
      StringWriter err = new StringWriter();
      command.setErr(new PrintWriter(err));
      assertThat(BlindbookCommand.run(command, "failing")).isEqualTo(2);
      assertThat(err.toString())
          .startsWith("blindbook: ")
          .doesNotContain("4930123456")
          .hasLineCount(1);
    }
  }

  @CommandLine.Command(name = "failing")
  record Failing(Error error) implements Runnable {
    @Override
    public void run() {
      throw error;
    }
  }

  @Test
  void saysSoWhenSqliteCannotBeStarted() throws Exception {
    Path csv = Files.writeString(temp.resolve("users.csv"), "identifier,account_id\n");
    try (JavaProcess process =
        JavaProcess.start(
            List.of("-Djava.io.tmpdir=" + temp.resolve("absent")),
            Main.class,
            "load",
            "--data-dir",
            temp.resolve("data").toString(),
            "--mode",
            "truncated",
            csv.toString(),
            "--json")) {
      assertThat(process.line()).as("nothing on standard output").isNull();
      assertThat(process.waitFor()).isEqualTo(2);
    }
  }

  @CommandLine.Command(name = "defective")
  static final class Defective implements Runnable {
    @Override
    public void run() {
      throw new IllegalStateException("cannot handle +4930123456");
    }
  }

  @Test
  void printsACredentialAndNothingElse() {
    String data = temp.resolve("data").toString();
    CommandRun run = CommandRun.of("credential", "--data-dir", data, "--account", ACCOUNT);
    assertThat(run.exitCode()).isZero();
    assertThat(run.out()).matches("[0-9a-f]{64}:[0-9]{10}:[0-9a-f]{64}\\R");
    assertThat(run.err()).isEmpty();
    CommandRun json =
        CommandRun.of("credential", "--data-dir", data, "--account", ACCOUNT, "--json");
    assertThat(json.out())
        .matches("\\{\"credential\":\"[0-9a-f]{64}:[0-9]{10}:[0-9a-f]{64}\"}\\R")
        .contains(run.out().substring(0, 64));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "+4930123456", "1-1-1-1-1", "00000000-0000-0000-0000-000000000000"})
  void refusesWhatIsNoAccount(String account) {
    CommandRun run =
        CommandRun.of("credential", "--data-dir", temp.toString(), "--account", account);
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err())
        .isEqualToIgnoringNewLines("blindbook: --account takes a UUID that is not all zeros.");
  }

  @Test
  void rotatesAndRetiresASecret() {
    String data = temp.resolve("data").toString();
    CommandRun.of("credential", "--data-dir", data, "--account", ACCOUNT);
    CommandRun rotate = CommandRun.of("credential", "rotate", "--data-dir", data);
    assertThat(rotate.err()).isEmpty();
    assertThat(rotate.exitCode()).isZero();
    assertThat(rotate.out()).startsWith("Credentials are minted with a new secret.");
    CommandRun again = CommandRun.of("credential", "rotate", "--data-dir", data);
    assertThat(again.exitCode()).isEqualTo(2);
    assertThat(again.err())
        .startsWith("blindbook: Two secrets are accepted already")
        .hasLineCount(1);
    CommandRun early = CommandRun.of("credential", "retire", "--data-dir", data);
    assertThat(early.exitCode()).isEqualTo(2);
    assertThat(early.err()).contains("--now").hasLineCount(1);
    CommandRun retire =
        CommandRun.of("credential", "retire", "--now", "--data-dir", data, "--json");
    assertThat(retire.out()).isEqualToIgnoringNewLines("{\"accepted\":1}");
    assertThat(CommandRun.of("credential", "rotate", "--help").out())
        .contains("--data-dir", "--load", "permits");
  }
}
