package org.blindbook.server.enclavehost;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.blindbook.attestation.AppraisalPolicy;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One policy for all enclaves of a host. */
class DevelopmentTrustTest {
  private static final String KEY = "cd".repeat(32);

  @TempDir Path folder;
  private Path file;
  private DevelopmentTrust trust;

  @BeforeEach
  void create() {
    file = folder.resolve("trust.yaml");
    trust = new DevelopmentTrust(file);
  }

  private static String measurement(int number) {
    return "%064d".formatted(number);
  }

  /** As a platform writes it; a measurement of digits only is a measurement, too. */
  private static String policy(int measurement) {
    return """
    # Written by the simulated platform at its start. For development only.
    version: 1
    trustRoots:
      - name: intel
    measurements:
      - measurement: %s
        release: development
        commit: unknown
        reason: measured by the platform that runs it
        date: 2026-11-22
    runtimes:
      - digest: %s
        name: Java 25
    # settings:
    #   - digest: 00
    """
        .formatted(measurement(measurement), "ef".repeat(32));
  }

  @Test
  void itTrustsEveryEnclaveThatWasLaunchedAndTheEvaluatorsOfAllEpochs() throws Exception {
    trust.add(policy(1), 1, Optional.empty());
    trust.add(policy(2), 1, Optional.of(KEY));
    trust.add(policy(2), 2, Optional.of("ab".repeat(32)));
    AppraisalPolicy policy = AppraisalPolicy.read(file);
    assertThat(policy.measurement(measurement(1))).isPresent();
    assertThat(policy.measurement(measurement(2))).isPresent();
    assertThat(policy.measurement(measurement(3))).isEmpty();
    assertThat(policy.runtimes()).hasSize(1);
    assertThat(policy.oprfEpochs()).containsExactly(1, 2);
    trust.remove(1);
    assertThat(AppraisalPolicy.read(file).oprfEpochs()).containsExactly(2);
  }

  @Test
  void whatDoesNotChangeItDoesNotWriteIt() throws Exception {
    trust.add(policy(1), 0, Optional.empty());
    Files.delete(file);
    trust.add(policy(1), 0, Optional.empty());
    assertThat(file).doesNotExist();
  }

  @Test
  void aPolicyOfAnotherVersionStopsTheStart() {
    for (String other : new String[] {"", "version: 1\n", "trustRoots: 5\n", "- a\n"}) {
      assertThatThrownBy(() -> trust.add(other, 0, Optional.empty()))
          .as(other)
          .isInstanceOf(EnclaveStartException.class);
    }
  }
}
