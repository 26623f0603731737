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
}
