package org.blindbook.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class MemoryCommandTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int run(String... arguments) {
    CommandLine commandLine = Main.commandLine(new TableCommand());
    commandLine.setOut(new PrintWriter(out));
    commandLine.setErr(new PrintWriter(err, true));
    return commandLine.execute(arguments);
  }

  @Test
  void theTableForOperatorsIsWhatTheCommandSays() throws IOException {
    assertThat(run("bench", "memory")).isZero();
    assertThat(Files.readString(Path.of("../../docs/operations.md"))).contains(out.toString());
  }

  @Test
  void saysItForOneNumberOfUsers() {
    assertThat(run("bench", "memory", "--records", "0")).isZero();
    assertThat(out.toString()).hasLineCount(3).contains("| 0 | 1 |");
  }

  @Test
  void refusesWhatNoTableHolds() {
    assertThat(run("bench", "memory", "--records", "-1")).isEqualTo(TableCommand.USAGE);
    assertThat(err.toString()).contains("--records must be 0 to 1073741824, not -1.");
  }
}
