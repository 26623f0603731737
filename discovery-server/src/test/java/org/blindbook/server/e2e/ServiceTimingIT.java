package org.blindbook.server.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Too few sessions to judge: that the real service is asked, answers rightly, and goes away. */
@Tag("campaign") // minutes
class ServiceTimingIT {
  @TempDir Path temporary;

  @Test
  void timesARealServiceAndLeavesNothingBehind() throws Exception {
    Path launcher = Path.of(System.getProperty("blindbook.home"), "blindbook");
    ProcessBuilder builder = new ProcessBuilder(launcher.toString(), "audit", "timing");
    builder.command().addAll(List.of("--service", "--mode", "truncated", "--sessions", "8"));
    builder.environment().put("JAVA_TOOL_OPTIONS", "-Djava.io.tmpdir=" + temporary);
    Path said = temporary.resolve("said");
    Process audit = builder.redirectError(said.toFile()).start();
    String table = new String(audit.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

    assertThat(audit.waitFor()).as(table + Files.readString(said)).isEqualTo(3);
    assertThat(table)
        .contains("hits against misses", "granted against refused", "too few", "BLIND");
    Files.delete(said);
    try (Stream<Path> left = list()) {
      assertThat(left.filter(file -> !file.toString().contains("hsperfdata"))).isEmpty();
    }
    assertThat(ProcessHandle.allProcesses().filter(this::isOfTheService)).isEmpty();
  }

  private Stream<Path> list() throws IOException {
    return Files.list(temporary);
  }

  private boolean isOfTheService(ProcessHandle process) {
    return process
        .info()
        .commandLine()
        .filter(line -> line.contains(temporary.toString()))
        .isPresent();
  }
}
