package org.blindbook.auditor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
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

  private String lintedWithAllKnownKeys(String policy) throws IOException {
    Path file = folder.resolve("new.yaml");
    for (String one :
        new String[] {policy, policy.replaceAll("# (known|maxT|tcb|kernels)", "$1")}) {
      Files.writeString(file, one);
      assertThat(run("audit", "policy", "lint", file.toString())).as(err).isZero();
    }
    return policy;
  }

  @Test
  void aNewPolicyAcceptsTheImagesOfThisInstallation() throws IOException {
    assumeTrue(
        run("audit", "measure", "--image", "lookup", "--json") == 0,
        "the enclave images are not packaged yet");
    String measured = out.replaceAll("(?s).*?\"measurement\":\"(\\w+)\".*", "$1");
    assertThat(measured).hasSize(64);
    assertThat(init("--root", "intel", "--reason", "a \"b\"", "--image", "lookup")).isZero();
    assertThat(lintedWithAllKnownKeys(out))
        .contains("measurement: " + measured, "commit: \"4f2a91c\"", "\"a \\\"b\\\"\"");
  }

  @Test
  void aNewPolicyAcceptsVirtualMachinesByName() throws IOException {
    for (String root : new String[] {"intel", "amd"}) {
      assertThat(init("--root", root, "--measurement", "0a".repeat(48))).isZero();
      assertThat(lintedWithAllKnownKeys(out)).contains("measurement: " + "0a".repeat(48));
    }
  }

  @Test
  void aNewPolicyIsNotMadeOfMistakes() {
    assertThat(run("audit", "policy", "init", "--root", "intel")).isEqualTo(1);
    assertThat(err).contains("--commit");
    assertThat(init("--root", "intle")).isEqualTo(1);
    assertThat(err).contains("intle");
    assertThat(init("--root", "amd")).isEqualTo(1);
    assertThat(err).contains("--measurement").hasLineCount(1);
    assertThat(init("--root", "amd", "--measurement", "0A")).isEqualTo(1);
    assertThat(err).contains("96 lower-case").hasLineCount(1);
  }

  private int init(String... options) {
    return run(
        Stream.concat(
                Stream.of("audit", "policy", "init", "--commit", "4f2a91c"), Stream.of(options))
            .toArray(String[]::new));
  }
}
