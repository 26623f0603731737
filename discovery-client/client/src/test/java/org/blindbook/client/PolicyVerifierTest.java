package org.blindbook.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import org.blindbook.attestation.AppraisalPolicy;
import org.blindbook.attestation.Binding;
import org.blindbook.attestation.PolicyException;
import org.blindbook.attestation.Verdict;
import org.blindbook.attestation.Verifier;
import org.blindbook.attestation.format.Collateral;
import org.blindbook.protocol.Sha256;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The real verifier behind the client's back, with evidence of a genuine SGX enclave. */
class PolicyVerifierTest {
  private static final byte[] RUNTIME = Sha256.of(new byte[] {1});

  private byte[] evidence;
  private byte[] collateral;
  private byte[] reportData;
  private Verdict verdict;
  private Instant now;

  @BeforeEach
  void readEvidence() throws IOException {
    String set = System.getenv("BLINDBOOK_VECTORS");
    Path vectors =
        set != null
            ? Path.of(set)
            : Path.of(System.getProperty("blindbook.home", ".")).resolve("../shared/vectors");
    Path folder = vectors.resolve("attestation/sgx-tdx/signal-cdsi-2026-06");
    assumeTrue(Files.isDirectory(folder), "no vectors: set BLINDBOOK_VECTORS to their folder");
    evidence = Files.readAllBytes(folder.resolve("quote.bin"));
    collateral =
        new Collateral(
                Files.readAllBytes(folder.resolve("tcb_info.json")),
                Files.readAllBytes(folder.resolve("tcb_chain.pem")),
                Files.readAllBytes(folder.resolve("qe_identity.json")),
                Files.readAllBytes(folder.resolve("qe_chain.pem")),
                Files.readAllBytes(folder.resolve("root_ca.crl.der")),
                Files.readAllBytes(folder.resolve("pck_ca.crl.der")))
            .encode();
    byte[] claims = Files.readAllBytes(folder.resolve("claims.bin"));
    reportData = Arrays.copyOf(Sha256.of(claims), 64);
    verdict = verdictAt(Instant.EPOCH);
    now = verdict.validFrom().orElseThrow();
    verdict = verdictAt(now);
  }

  private Verdict verdictAt(Instant instant) {
    return Verifier.verify(
        evidence, collateral, Binding.none(), AppraisalPolicy.anyIntelEnclave(), instant);
  }

  private AppraisalPolicy policy(String measurement, byte[] runtime) throws PolicyException {
    return policy(measurement, runtime, "");
  }

  private AppraisalPolicy policy(String measurement, byte[] runtime, String more)
      throws PolicyException {
    return AppraisalPolicy.parse(
        """
        version: 1
        trustRoots:
          - name: intel
        measurements:
          - measurement: %s
            release: "1"
            commit: "0"
            reason: a test
            date: 2026-11-22
            advisories: [%s]
        runtimes:
          - digest: %s
            name: a test's
        %s
        knownBroken: [%s]
        tcbStatuses: [%s]
        """
            .formatted(
                measurement,
                String.join(", ", verdict.advisories()),
                HexFormat.of().formatHex(runtime),
                more,
                String.join(", ", verdict.knownBroken()),
                verdict.status().orElseThrow().vendorName()));
  }

  @Test
  void acceptsWhatThePolicyNames() throws Exception {
    EvidenceVerifier verifier = new PolicyVerifier(policy(verdict.measurement(), RUNTIME));
    EvidenceVerifier.Verified verified =
        verifier.verify(evidence, collateral, bound(reportData), now);
    assertThat(verified.measurement()).isEqualTo(verdict.measurement()).hasSize(64);
    assertThat(verified.simulated()).isFalse();
  }

  @Test
  void asksForTheOprfKeysThatThePolicyNames() throws Exception {
    byte[] key = Sha256.of(new byte[] {2});
    String pins =
        "oprfKeys: [{epoch: 7, publicKey: %1$s}, {epoch: 3, publicKey: %1$s}]"
            .formatted(HexFormat.of().formatHex(key));
    EvidenceVerifier verifier = new PolicyVerifier(policy(verdict.measurement(), RUNTIME, pins));
    assertThat(verifier.epochs()).containsExactly(3, 7);
    Binding bound = bound(reportData);
    verifier.verify(evidence, collateral, bound.withOprfKey(7, key), now);
    assertRefused(() -> verifier.verify(evidence, collateral, bound, now));
    assertRefused(() -> verifier.verify(evidence, collateral, bound.withOprfKey(4, key), now));
    assertRefused(() -> verifier.verify(evidence, collateral, bound.withOprfKey(7, RUNTIME), now));
    assertThat(new PolicyVerifier(policy(verdict.measurement(), RUNTIME)).epochs()).isEmpty();
  }

  private static Binding bound(byte[] reportData) {
    return Binding.to(reportData).withRuntime(RUNTIME);
  }

  private static void assertRefused(Verification verification) {
    assertThatThrownBy(verification::run)
        .isInstanceOfSatisfying(
            DiscoveryException.class,
            e -> assertThat(e.error()).isEqualTo(DiscoveryError.UNTRUSTED_SERVER));
  }

  private interface Verification {
    void run() throws Exception;
  }

  @Test
  void refusesEverythingElse() throws Exception {
    EvidenceVerifier verifier = new PolicyVerifier(policy(verdict.measurement(), RUNTIME));
    EvidenceVerifier otherProgram = new PolicyVerifier(policy("ab".repeat(32), RUNTIME));
    EvidenceVerifier otherRuntime =
        new PolicyVerifier(policy(verdict.measurement(), Sha256.of(RUNTIME)));
    Instant expired = verdict.validUntil().orElseThrow().plusSeconds(1);
    byte[] changed = evidence.clone();
    changed[400] ^= 1;
    assertRefused(() -> otherProgram.verify(evidence, collateral, bound(reportData), now));
    assertRefused(() -> otherRuntime.verify(evidence, collateral, bound(reportData), now));
    assertRefused(() -> verifier.verify(evidence, collateral, bound(reportData), expired));
    assertRefused(() -> verifier.verify(changed, collateral, bound(reportData), now));
    assertRefused(() -> verifier.verify(evidence, new byte[0], bound(reportData), now));
    assertRefused(() -> verifier.verify(new byte[0], collateral, bound(reportData), now));
    assertRefused(() -> verifier.verify(evidence, collateral, bound(new byte[64]), now));
  }
}
