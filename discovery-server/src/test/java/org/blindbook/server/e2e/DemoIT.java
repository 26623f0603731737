package org.blindbook.server.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** The README's first command, with fewer users, where a service manager runs it: with no more. */
class DemoIT {
  private static final String WITHOUT_INPUT_OR_HOME =
      "unset HOME; exec \"$0\" demo --users 20000 <&-";

  @Test
  void theDemoFindsExactlyTheRegisteredContactsAndStopsEverything() throws Exception {
    Path launcher = Path.of(System.getProperty("blindbook.home"), "blindbook");
    Process demo =
        new ProcessBuilder("/bin/sh", "-c", WITHOUT_INPUT_OR_HOME, launcher.toString())
            .redirectErrorStream(true)
            .start();
    String output = new String(demo.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(demo.waitFor()).as(output).isZero();
    assertThat(output)
        .contains("Enclave measurement", "permits", "Checked:", "Everything is stopped.");
  }
}
