package org.blindbook.auditor.trace;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.blindbook.auditor.Main;
import org.blindbook.platform.EnclaveProgram;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The check itself, quick, on each enclave of this build: what an auditor runs in full. Each in a
 * process of its own: in one that has run other vectors, the JVM compiles these badly.
 */
class ShippedEnclaveTest {
  private static final int MINUTES = 10;

  @TempDir private Path folder;

  @Test
  void noFamilyTellsItsInputsApart() throws Exception {
    Map<EnclaveProgram, Process> checks = new EnumMap<>(EnclaveProgram.class);
    for (EnclaveProgram program : EnclaveProgram.values()) {
      checks.put(program, start(program));
    }
    try {
      for (Map.Entry<EnclaveProgram, Process> check : checks.entrySet()) {
        assertThat(check.getValue().waitFor(MINUTES, TimeUnit.MINUTES)).isTrue();
        String report = Files.readString(report(check.getKey()), StandardCharsets.UTF_8);
        assertThat(check.getValue().exitValue()).as(report).isZero();
      }
    } finally {
      checks.values().forEach(Process::destroyForcibly);
    }
  }

  private Process start(EnclaveProgram program) throws IOException {
    return new ProcessBuilder(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--add-modules=jdk.incubator.vector",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName(),
                "audit",
                "trace",
                "--quick",
                "--image",
                ShippedEnclave.folder(program).toString()))
        .redirectErrorStream(true)
        .redirectOutput(report(program).toFile())
        .start();
  }

  private Path report(EnclaveProgram program) {
    return folder.resolve(program + ".txt");
  }
}
