package org.blindbook.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.blindbook.cli.CommandException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs a small script in the launcher's place. */
class LauncherCommandsTest {
  @TempDir Path folder;

  @Test
  void givesACommandsOutput() throws Exception {
    try (LauncherCommands commands = launcher("echo \"$1 $2 $NAME\"; echo noise >&2")) {
      assertThat(commands.run(Map.of("NAME", "value"), "load", "file"))
          .isEqualTo("load file value");
    }
  }

  @Test
  void saysWhatAFailedCommandSaidLast() throws Exception {
    try (LauncherCommands commands = launcher("echo first >&2; echo 'disk full' >&2; exit 2")) {
      assertThatThrownBy(() -> commands.run(Map.of(), "load"))
          .isInstanceOf(CommandException.class)
          .hasMessage("The step \"load\" failed: disk full");
    }
  }

  @Test
  void saysWhyAServerDidNotStart() throws Exception {
    try (LauncherCommands commands = launcher("echo 'port is taken' >&2; exit 2")) {
      assertThatThrownBy(() -> commands.startServer("serve"))
          .isInstanceOf(CommandException.class)
          .hasMessage("The step \"serve\" failed: port is taken");
    }
  }

  @Test
  void stopsAServerAndItsChildren() throws Exception {
    String script = "sleep 600 & echo \"$$ $!\"; wait";
    LauncherCommands commands = launcher(script);
    String[] processes = commands.startServer("serve").split(" ");
    assertThat(processes).hasSize(2).allMatch(LauncherCommandsTest::isAlive);
    commands.close();
    commands.close();
    assertThat(processes).noneMatch(LauncherCommandsTest::isAlive);
  }

  @Test
  void aMissingLauncherIsASentence() {
    try (LauncherCommands commands = new LauncherCommands(folder.resolve("none"), folder)) {
      assertThatThrownBy(() -> commands.run(Map.of(), "load"))
          .isInstanceOf(CommandException.class)
          .hasMessageContaining("could not be started");
    }
  }

  private static boolean isAlive(String process) {
    return ProcessHandle.of(Long.parseLong(process)).map(ProcessHandle::isAlive).orElse(false);
  }

  private LauncherCommands launcher(String script) throws IOException {
    Path launcher = Files.writeString(folder.resolve("blindbook"), "#!/bin/sh\n" + script + "\n");
    assertThat(launcher.toFile().setExecutable(true)).isTrue();
    return new LauncherCommands(launcher, folder);
  }
}
