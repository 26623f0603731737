package org.blindbook.attestation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import org.blindbook.attestation.format.TcbStatus;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AppraisalPolicyTest {
  private static final String HEX = "ab".repeat(32);
  private static final String SOUND =
      """
      version: 1
      trustRoots:
        - name: intel
      measurements:
        - measurement: %s
          release: 0.1.0
          commit: 0123abc
          reason: reviewed
          date: 2026-11-22
          advisories: [INTEL-SA-00615]
      runtimes:
        - digest: %s
          name: Temurin 25
      """
          .formatted(HEX, HEX);

  @Test
  void readsWhatItDocuments() throws PolicyException {
    AppraisalPolicy policy =
        AppraisalPolicy.parse(
            SOUND + "tcbStatuses: [UpToDate]\nminimumEvaluationNumber: 21\nallowDebug: false\n");
    assertThat(policy.trustAnchors()).containsExactly(TrustAnchor.INTEL);
    AcceptedMeasurement accepted = policy.measurement(HEX).orElseThrow();
    assertThat(accepted.release()).isEqualTo("0.1.0");
    assertThat(accepted.commit()).isEqualTo("0123abc");
    assertThat(accepted.reason()).isEqualTo("reviewed");
    assertThat(accepted.date()).isEqualTo("2026-11-22");
    assertThat(accepted.advisories()).containsExactly("INTEL-SA-00615");
    assertThat(policy.measurement("00".repeat(32))).isEmpty();
    assertThat(policy.runtimes()).containsEntry(HEX, "Temurin 25");
    assertThat(policy.statuses()).isEqualTo(Set.of(TcbStatus.UP_TO_DATE));
    assertThat(policy.minimumEvaluationNumber()).contains(21);
    assertThat(policy.allowsDebug()).isFalse();
  }

  @Test
  void pinsAndGraceAreRead() throws PolicyException {
    String id = "ab".repeat(16);
    AppraisalPolicy policy =
        AppraisalPolicy.parse(
            SOUND
                + """
                settings:
                  - digest: %1$s
                    name: production
                platforms:
                  - id: %2$s
                    name: rack 7
                kernels: [vector512, vector256]
                maxThreads: 4
                oprfKeys:
                  - epoch: 3
                    publicKey: %1$s
                tcbGraceDays: 30
                """
                    .formatted(HEX, id));
    assertThat(policy.pins().settings()).containsEntry(HEX, "production");
    assertThat(policy.pins().platforms()).containsEntry(id, "rack 7");
    assertThat(policy.pins().table())
        .isEqualTo(new TablePins(Set.of("vector512", "vector256"), Optional.of(4)));
    assertThat(policy.pins().oprfKeys()).containsExactly(new OprfKey(3, HEX));
    assertThat(policy.oprfEpochs()).containsExactly(3);
    assertThat(policy.tcbGrace()).contains(Duration.ofDays(30));
  }

  @Test
  void aSoundPolicyIsStillReadWithAReviewersEye() throws PolicyException {
    assertThat(
            AppraisalPolicy.parse(SOUND + "minimumEvaluationNumber: 21\nkernels: [vector512]\n")
                .remarks())
        .isEmpty();
    assertThat(
            AppraisalPolicy.parse(
                    SOUND.replace("0123abc", "unknown")
                        + "tcbStatuses: [OutOfDate]\nallowDebug: true\n")
                .remarks())
        .hasSize(5)
        .anyMatch(remark -> remark.contains("debug mode"))
        .anyMatch(remark -> remark.contains("OutOfDate for good"))
        .anyMatch(remark -> remark.contains("no minimumEvaluationNumber"))
        .anyMatch(remark -> remark.contains("names no kernels"))
        .anyMatch(remark -> remark.contains("commit is unknown"))
        .allMatch(remark -> remark.endsWith("."));
  }

  @Test
  void isStrictWhereItIsSilent() throws PolicyException {
    AppraisalPolicy policy = AppraisalPolicy.parse(SOUND);
    assertThat(policy.statuses())
        .isEqualTo(Set.of(TcbStatus.UP_TO_DATE, TcbStatus.SW_HARDENING_NEEDED));
    assertThat(policy.allowsDebug()).isFalse();
    assertThat(policy.acceptsAnyMeasurement()).isFalse();
  }

  private static void assertRefused(String yaml, String... said) {
    assertThatThrownBy(() -> AppraisalPolicy.parse(yaml))
        .isInstanceOf(PolicyException.class)
        .message()
        .contains(said)
        .endsWith(".");
  }

  @Test
  void mistakesAreNamedWithTheirLine() {
    assertRefused(SOUND + "allowDebugging: true\n", "Line 14", "allowDebugging", "known are");
    assertRefused(SOUND.replace("release:", "relase:"), "Line 6", "relase");
    assertRefused(SOUND.replace("version: 1", "version: 2"), "Line 1", "version");
    assertRefused(SOUND.replace("name: intel", "name: arm"), "Line 3", "trust root");
    assertRefused(SOUND.replace("name: intel", "name: simulated"), "Line 3", "certificate");
    assertRefused(
        SOUND.replace("name: intel", "name: simulated\n    certificate: nonsense"),
        "Line 4",
        "certificate");
    assertRefused(SOUND.replace(HEX, HEX.toUpperCase()), "Line 5", "hexadecimal");
    assertRefused(SOUND.replace("2026-11-22", "22.11.2026"), "Line 9", "date");
    assertRefused(SOUND.replace("    reason: reviewed\n", ""), "Line 5", "reason");
    assertRefused(SOUND + "tcbStatuses: [Revoked]\n", "Line 14", "Revoked");
    assertRefused(SOUND + "tcbStatuses: [NotSupported]\n", "Line 14", "tcbStatuses");
    assertRefused(SOUND + "tcbStatuses: []\n", "Line 14", "at least one");
    assertRefused(SOUND + "minimumEvaluationNumber: many\n", "Line 14", "number");
    assertRefused(SOUND + "tcbGraceDays: -1\n", "Line 14", "number");
    assertRefused(SOUND + "settings:\n  - digest: ab\n    name: x\n", "Line 15", "digits");
    assertRefused(SOUND + "platforms:\n  - id: ab\n    name: x\n", "Line 15", "digits");
    assertRefused(SOUND + "platforms:\n  - name: x\n", "Line 15", "lacks the key id");
    assertRefused(
        SOUND + "kernels: [vector512, avx2]\n", "Line 14", "vector512, vector256 or plain");
    assertRefused(SOUND + "kernels: []\n", "Line 14", "at least one");
    assertRefused(SOUND + "maxThreads: 0\n", "Line 14", "from 1");
    assertRefused(SOUND + "oprfKeys:\n  - epoch: 1\n", "Line 15", "publicKey");
    assertRefused(SOUND + "oprfKeys:\n  - publicKey: " + HEX + "\n", "Line 15", "epoch");
    assertRefused(
        SOUND + "oprfKeys:\n  - epoch: 0\n    publicKey: " + HEX + "\n", "Line 15", "from 1");
    assertRefused(SOUND + "allowDebug: yes\n", "Line 14", "true or false");
    assertRefused(SOUND + "version: 1\n", "Line 14", "version");
    assertRefused("", "empty");
    assertRefused("- a\n- b\n", "Line 1");
    assertRefused("version: [1\n", "not valid YAML");
    assertRefused("x".repeat(300 * 1024), "too large");
  }

  @Test
  void allMistakesAreNamedInTheOrderOfTheirLines() {
    String yaml =
        SOUND
                .replace("version: 1", "version: 7")
                .replace("name: intel", "name: arm")
                .replace("2026-11-22", "soon")
                .replace("commit: 0123abc", "comit: 0123abc")
            + "maxThreads: none\n"
            + "kernels: [avx2, avx3]\n"
            + "oprfKeys:\n"
            + "  - epoch: 0\n"
            + "  - x\n"
            + "surprise: 1\n";
    assertThatThrownBy(() -> AppraisalPolicy.parse(yaml))
        .isInstanceOfSatisfying(
            PolicyException.class,
            e ->
                assertThat(e.mistakes().stream().map(m -> m.replaceAll("Line (\\d+) .*", "$1")))
                    .containsExactly(
                        "1", "3", "5", "7", "9", "14", "15", "15", "17", "17", "18", "19"));
  }

  @Test
  void aGraceOfYearsAndKeysWithoutEffectAreRemarked() throws PolicyException {
    assertThat(AppraisalPolicy.parse(SOUND + "tcbGraceDays: 999999\n").remarks())
        .anyMatch(remark -> remark.contains("999999 days"));
    assertThat(AppraisalPolicy.parse(SOUND + "tcbGraceDays: 30\n").remarks())
        .noneMatch(remark -> remark.contains("30 days"));
    String amd =
        SOUND.replace("name: intel", "name: amd").replace("advisories: [INTEL-SA-00615]", "");
    assertThat(
            AppraisalPolicy.parse(
                    amd + "tcbGraceDays: 30\nminimumEvaluationNumber: 3\ntcbStatuses: [UpToDate]\n")
                .remarks())
        .contains(
            "Its tcbStatuses have no effect: AMD publishes no statuses for SEV-SNP.",
            "Its tcbGraceDays have no effect: AMD publishes no statuses for SEV-SNP.",
            "Its minimumEvaluationNumber has no effect: AMD publishes no statuses for SEV-SNP.",
            "Release 0.1.0 can never run: its measurement is of SGX, and no root is.");
    assertThat(
            AppraisalPolicy.parse(SOUND + "tcbGraceDays: 30\ntcbStatuses: [OutOfDate]\n").remarks())
        .contains("Its tcbGraceDays have no effect: it accepts OutOfDate for good.");
  }

  @Test
  void aliasesCannotBlowUp() {
    StringBuilder bomb = new StringBuilder("version: 1\na0: &a0 [x, x]\n");
    for (int i = 1; i < 40; i++) {
      bomb.append("a%d: &a%d [*a%d, *a%d]\n".formatted(i, i, i - 1, i - 1));
    }
    assertRefused(bomb.toString(), "not valid YAML");
  }

  @Test
  void aMissingFileIsSaidPlainly(@TempDir Path folder) {
    assertThatThrownBy(() -> AppraisalPolicy.read(folder.resolve("none.yaml")))
        .isInstanceOf(PolicyException.class)
        .hasMessageContaining("cannot be read");
  }
}
