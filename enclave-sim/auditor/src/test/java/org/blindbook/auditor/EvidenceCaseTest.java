package org.blindbook.auditor;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Evidence in folders: saved by an audit, and genuine. */
class EvidenceCaseTest extends AuditOfAServer {
  @Test
  void savedEvidenceIsJudgedTheSameLater() throws IOException {
    serve();
    String saved = folder.resolve("saved").toString();
    assertThat(verify("--json", "--save", saved)).isZero();
    String live = out;
    server.stop(0);
    String now = Instant.now().toString();
    String[] replay = {
      "audit",
      "verify",
      "--case",
      saved + "/lookup",
      "--policy",
      trust().toString(),
      "--json",
      "--at",
      now
    };
    assertThat(run(replay)).isZero();
    assertThat(out).isEqualTo(live);
    replay[replay.length - 1] = Instant.now().plusSeconds(100L * 24 * 3600).toString();
    assertThat(run(replay)).isEqualTo(4);
    assertThat(run("audit", "verify", "--case", saved + "/lookup")).isEqualTo(3);
  }

  @Test
  void aSavedCaseGivesTheSameVerdictUntilItsDocumentsExpire() throws IOException {
    serve();
    Path saved = folder.resolve("saved");
    assertThat(verify("--json", "--save", saved.toString())).isZero();
    String live = out;
    String at = err.replaceAll("(?s).* --at (\\S+) .*", "$1");
    String[] again = {
      "audit",
      "verify",
      "--case",
      saved.resolve("lookup").toString(),
      "--policy",
      trust().toString(),
      "--json",
      "--at"
    };
    assertThat(run(with(again, at))).isZero();
    assertThat(out).isEqualTo(live);
    assertThat(run(with(again, Instant.now().plus(Duration.ofDays(365)).toString()))).isEqualTo(4);
    assertThat(out)
        .contains("\"authentic\":false", "COLLATERAL_STALE", "is not valid at this time");
  }

  @ParameterizedTest
  @ValueSource(strings = {"1781983385", "2026-06-20T19:23:05Z"})
  void aGenuineCaseIsJudgedAsOfAnInstant(String instant) {
    String folder = genuine("signal-cdsi-2026-06").toString();
    assertThat(run("audit", "verify", "--case", folder, "--at", instant, "--json")).isZero();
    assertThat(out)
        .contains("\"authentic\":true", "\"status\":\"SWHardeningNeeded\"")
        .contains("\"advisories\":[\"INTEL-SA-00615\"]", "\"limitedBy\":\"qeIdentity\"");
    assertThat(run("audit", "verify", "--case", folder, "--at", "1780687623")).isEqualTo(4);
    assertThat(run("audit", "verify", "--case", folder, "--at", instant)).isZero();
    assertThat(out).startsWith("AUTHENTIC (no policy given");
  }

  @ParameterizedTest
  @CsvSource({
    "oasis-sgx-v3, 1672614773, 4, no revocation lists",
    "oasis-sgx-v3-badcerts, 1672614773, 3, TCB info by another key",
    "phala-sgx-v3, 1751624924, 0, up to date",
    "phala-tdx-v4, 1751624191, 0, up to date",
    "oasis-tdx-v4, 1726556794, 4, no revocation lists",
    "oasis-tdx-v4-trailing, 1727341208, 4, no revocation lists",
    "oasis-tdx-v4-fmspc-mismatch, 1726556794, 4, TCB info of another platform",
    "google-tdx-v4-unsupported-tcb, 1687939438, 6, NotSupported",
    "lunal-tdx-v5-unsupported-tcb, 1774995607, 6, NotSupported",
    "snp-milan-v2-google, 1735689600, 7, debug",
    "snp-genoa-v3-microsoft, 1774995607, 0, sound",
    "snp-genoa-v5-lunal, 1774995607, 0, sound",
    "snp-genoa-v5-lunal, 2000000000, 3, certificate expired",
    "snp-negative-invalid-vcek, 1735689600, 3, signed by another key"
  })
  void eachGenuineCaseHasItsExitCode(String name, String instant, int exitCode, String why) {
    String folder = genuine(name).toString();
    assertThat(run("audit", "verify", "--case", folder, "--at", instant, "--json"))
        .as(why)
        .isEqualTo(exitCode);
    assertThat(out).contains("\"authentic\":" + (exitCode == 0 || exitCode > 5));
  }

  @Test
  void aGuestsReportIsShownWithWhatItLeavesOpen() {
    String folder = genuine("snp-genoa-v5-lunal").toString();
    String[] arguments = {"audit", "verify", "--case", folder, "--at", "2026-11-22T00:00:00Z"};
    assertThat(run(arguments)).isZero();
    assertThat(out)
        .contains("AMD SEV-SNP report version 5", "bootloader 10, TEE 0, SNP 27,")
        .contains("Revocation: no revocation list", "a whole virtual machine");
  }

  @Test
  void aFolderWithEvidenceOfTwoKindsIsRefused() throws IOException {
    Files.write(folder.resolve("quote.bin"), new byte[1]);
    Files.write(folder.resolve("report.bin"), new byte[1]);
    assertThat(run("audit", "verify", "--case", folder.toString())).isEqualTo(1);
    assertThat(err).contains("remove one");
  }

  @Test
  void aVerdictWithoutAPolicyDoesNotReadLikeAnAudit() {
    String folder = genuine("signal-cdsi-2026-06").toString();
    assertThat(run("audit", "verify", "--case", folder, "--at", "1781983385", "--json")).isZero();
    assertThat(out)
        .contains("\"policy\":false,\"appraised\":false,\"nonce\":false")
        .contains("\"notCovered\":[\"Whose enclave it is: no policy was given");
  }

  @Test
  void aSimulatedRootThatNobodyNamedProvesNothing() throws IOException {
    serve();
    Path saved = folder.resolve("saved");
    assertThat(verify("--json", "--save", saved.toString())).isZero();
    assertThat(out).contains("\"policy\":true,\"appraised\":true,\"nonce\":true");
    Path intel = folder.resolve("intel.yaml");
    Files.writeString(
        intel,
        Files.readString(trust())
            .replaceAll(
                "(?s)trustRoots:.*measurements:", "trustRoots:\n  - name: intel\nmeasurements:"));
    assertThat(
            run(
                "audit",
                "verify",
                "--case",
                saved + "/lookup",
                "--policy",
                intel.toString(),
                "--json"))
        .isEqualTo(3);
    assertThat(out)
        .contains("\"authentic\":false", "\"fault\":\"SIMULATED_ROOT\"", "UNTRUSTED_ROOT");
    assertThat(run("audit", "explain", "7")).isZero();
    assertThat(out).doesNotContain("SIMULATED_ROOT");
  }
}
