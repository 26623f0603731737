package org.blindbook.auditor;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Optional;
import org.blindbook.edge.compiled.SteppedCode;
import org.blindbook.protocol.Sha256;
import org.junit.jupiter.api.Test;

/** What the claims and the settings under them say, and what a policy asks of it. */
class SettingsAuditTest extends AuditOfAServer {
  @Test
  void thePolicyCanPinWhatTheClaimsSay() throws IOException {
    serve();
    String policy = Files.readString(trust());
    String settings = HexFormat.of().formatHex(Sha256.of());
    Files.writeString(
        trust(), policy + "settings:\n  - digest: " + settings + "\n    name: these\n");
    assertThat(verify()).isZero();
    assertThat(out).contains("5.8 deployment settings");
    Files.writeString(
        trust(), policy + "settings:\n  - digest: " + "0".repeat(64) + "\n    name: others\n");
    assertThat(verify()).isEqualTo(7);
    Files.writeString(
        trust(), policy + "oprfKeys:\n  - epoch: 1\n    publicKey: " + settings + "\n");
    assertThat(verify("--json")).isEqualTo(7);
    assertThat(out).contains("\"fault\":\"OPRF_KEY\"");
  }

  private static final String TABLE = "mode=truncated\ntable.kernel=%s\ntable.threads=2\n";

  @Test
  void theAttestedSettingsAreShownAndPinned() throws IOException {
    settings = TABLE.formatted("vector256");
    serve();
    assertThat(verify()).isZero();
    assertThat(out)
        .containsPattern("5\\.11 table kernel +vector256 +any")
        .containsPattern("5\\.12 table threads +2 +any");
    assertThat(verify("--json")).isZero();
    assertThat(out)
        .contains("\"settings\":{")
        .contains("\"table.kernel\":\"vector256\"", "\"table.threads\":\"2\"");
    String policy = Files.readString(trust());
    Files.writeString(trust(), policy + "kernels: [vector512, vector256]\nmaxThreads: 2\n");
    String saved = folder.resolve("saved").toString();
    assertThat(verify("--save", saved)).isZero();
    assertThat(Path.of(saved, "lookup", "settings.txt")).hasContent(settings);
    Files.writeString(trust(), policy + "kernels: [vector512]\nmaxThreads: 1\n");
    assertThat(verify("--json")).isEqualTo(7);
    assertThat(out).contains("\"fault\":\"KERNEL\"", "\"fault\":\"THREADS\"");
    assertThat(run("audit", "explain", "KERNEL")).isZero();
    assertThat(out).contains("inner loops", "Exit code 7");
  }

  @Test
  void settingsThatAreNotTheAttestedOnesAreAFindingAndNotShown() throws IOException {
    settings = TABLE.formatted("plain");
    settingsShown = Optional.of(TABLE.formatted("vector512"));
    serve();
    assertThat(verify("--json")).isEqualTo(7);
    assertThat(out).contains("\"fault\":\"SETTINGS\"", "\"settings\":null", "\"stepped\":null");
    assertThat(verify()).isEqualTo(7);
    assertThat(out).contains("Compiled code: the server shows no settings").doesNotContain("5.11");
  }

  @Test
  void codeThatWasSteppedThroughIsNotSpokenOf() throws IOException {
    SteppedCode.Combination known =
        SteppedCode.reviewed().combinations().stream()
            .filter(combination -> combination.image().equals("lookup"))
            .findFirst()
            .orElseThrow();
    settings = TABLE.formatted(known.kernel());
    runtime = HexFormat.of().parseHex(known.runtimeDigest());
    serve();
    assertThat(verify()).isZero();
    assertThat(out).doesNotContain("Compiled code:");
    assertThat(verify("--json")).isZero();
    assertThat(out).contains("\"stepped\":true");
  }

  @Test
  void codeOfAnotherRuntimeIsNotCovered() throws IOException {
    settings = TABLE.formatted("vector512");
    serve();
    assertThat(verify()).isZero();
    assertThat(out.substring(out.indexOf("Not covered")))
        .contains("Compiled code: what this Java runtime makes of the kernel vector512 was never");
    assertThat(verify("--json")).isZero();
    assertThat(out).contains("\"stepped\":false");
  }
}
