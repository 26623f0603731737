package org.blindbook.auditor;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import org.junit.jupiter.api.Test;

class PolicyCommandTest extends AuditOfAServer {
  @Test
  void aPolicyIsLinted() throws IOException {
    serve();
    assertThat(run("audit", "policy", "lint", trust().toString())).isZero();
    assertThat(out).contains("can be used", "simulated root", "commit is unknown");
    assertThat(run("audit", "policy", "lint", trust().toString(), "--json")).isZero();
    assertThat(out).startsWith("{\"usable\":true,\"mistake\":null,\"remarks\":[\"It ");
    Files.writeString(trust(), Files.readString(trust()) + "allowDebugging: true\n");
    assertThat(run("audit", "policy", "lint", trust().toString())).isEqualTo(1);
    assertThat(err).containsPattern("Line \\d+ of the policy has the unknown key allowDebugging");
    assertThat(run("audit", "policy", "lint", trust().toString(), "--json")).isEqualTo(1);
    assertThat(out).contains("\"usable\":false", "allowDebugging");
  }
}
