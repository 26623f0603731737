package org.blindbook.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.blindbook.platform.FakeSgx.MEASUREMENT;
import static org.blindbook.platform.FakeSgx.NOW;
import static org.blindbook.platform.FakeSgx.REPORT_DATA;
import static org.blindbook.platform.FakeSgx.RUNTIME;
import static org.blindbook.platform.FakeSgx.bytes;
import static org.blindbook.platform.FakeSgx.flipped;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.assertj.core.groups.Tuple;
import org.blindbook.attestation.AppraisalPolicy;
import org.blindbook.attestation.Binding;
import org.blindbook.attestation.Check;
import org.blindbook.attestation.Fault;
import org.blindbook.attestation.Finding;
import org.blindbook.attestation.Step;
import org.blindbook.attestation.Verdict;
import org.blindbook.attestation.Verifier;
import org.blindbook.attestation.format.PckExtension;
import org.blindbook.attestation.format.Pem;
import org.blindbook.attestation.format.TcbStatus;
import org.blindbook.protocol.Sha256;
import org.junit.jupiter.api.Test;

/** Lets one demand of the policy fail at a time, and expects exactly its finding. */
class AppraisalStepsTest {
  @Test
  void soundEvidenceIsAcceptedAndSaysThatItIsSimulated() throws Exception {
    Verdict verdict = new FakeSgx().verdict();
    assertThat(verdict.findings()).isEmpty();
    assertThat(verdict.acceptable()).isTrue();
    assertThat(verdict.simulated()).isTrue();
    assertThat(verdict.status()).contains(TcbStatus.UP_TO_DATE);
    assertThat(verdict.measurement()).isEqualTo(HexFormat.of().formatHex(MEASUREMENT));
    assertThat(verdict.summary()).isEqualTo("accepted (simulated, no hardware guarantee)");
  }

  @Test
  void simulatedEvidenceIsRefusedUnderIntelsRoot() throws Exception {
    Verdict verdict = new FakeSgx().verdict(AppraisalPolicy.anyIntelEnclave());
    assertThat(verdict.authentic()).isFalse();
    assertThat(verdict.simulated()).isTrue();
    assertThat(verdict.findings())
        .extracting(Finding::step, Finding::fault)
        .containsExactly(
            tuple(Step.PCK_CHAIN, Fault.UNTRUSTED_ROOT),
            tuple(Step.TRUST_ROOT, Fault.SIMULATED_ROOT));
  }

  @Test
  void anotherSimulatedRootIsRefused() throws Exception {
    FakeSgx fake = new FakeSgx();
    fake.policy = new FakeSgx().policy;
    fake.assertFindings(
        tuple(Step.PCK_CHAIN, Fault.UNTRUSTED_ROOT), tuple(Step.TRUST_ROOT, Fault.SIMULATED_ROOT));
  }

  @Test
  void platformsThatAreOutOfDateAreAuthenticAndNotAcceptable() throws Exception {
    FakeSgx recovery = new FakeSgx(Condition.TCB_RECOVERY);
    recovery.assertFindings(
        tuple(Step.TCB_STATUS, Fault.TCB_STATUS), tuple(Step.TCB_STATUS, Fault.ADVISORY));
    assertThat(recovery.verdict().authentic()).isTrue();
    assertThat(recovery.verdict().status()).contains(TcbStatus.OUT_OF_DATE);
    assertThat(recovery.verdict().advisories()).containsExactly("BLINDBOOK-SA-00001");

    FakeSgx oldQe = new FakeSgx(Condition.OLD_QUOTING_ENCLAVE);
    assertThat(oldQe.verdict().status()).contains(TcbStatus.OUT_OF_DATE);
    assertThat(oldQe.verdict().advisories()).containsExactly("BLINDBOOK-SA-00002");
    assertThat(oldQe.verdict().authentic()).isTrue();

    FakeSgx unsupported = new FakeSgx(Condition.UNSUPPORTED_TCB);
    unsupported.assertFindings(tuple(Step.TCB_STATUS, Fault.TCB_STATUS));
    assertThat(unsupported.verdict().authentic()).isTrue();
    assertThat(unsupported.verdict().status()).contains(TcbStatus.NOT_SUPPORTED);
  }

  @Test
  void aPolicyMayAllowForAStatusAndItsAdvisory() throws Exception {
    FakeSgx fake = new FakeSgx(Condition.TCB_RECOVERY);
    fake.policy =
        fake.policy.replace("date:", "advisories: [BLINDBOOK-SA-00001]\n    date:")
            + "tcbStatuses: [UpToDate, OutOfDate]\n";
    assertThat(fake.verdict().acceptable()).isTrue();
  }

  @Test
  void graceIsForTheTcbsDateAlone() throws Exception {
    // The simulated levels are of 2026-11-01; it is 2026-11-22.
    FakeSgx fake = new FakeSgx(Condition.TCB_RECOVERY);
    String policy = fake.policy.replace("date:", "advisories: [BLINDBOOK-SA-00001]\n    date:");
    fake.policy = policy + "tcbGraceDays: 22\n";
    assertThat(fake.verdict().findings()).isEmpty();
    assertThat(fake.verdict().status()).contains(TcbStatus.OUT_OF_DATE);
    fake.policy = policy + "tcbGraceDays: 20\n";
    fake.assertFindings(tuple(Step.TCB_STATUS, Fault.TCB_STATUS));

    FakeSgx unsupported = new FakeSgx(Condition.UNSUPPORTED_TCB);
    unsupported.policy += "tcbGraceDays: 9999\n";
    unsupported.assertFindings(tuple(Step.TCB_STATUS, Fault.TCB_STATUS));
    FakeSgx expired = new FakeSgx(Condition.EXPIRED_COLLATERAL);
    expired.policy += "tcbGraceDays: 9999\n";
    assertThat(expired.verdict().authentic()).isFalse();
  }

  @Test
  void whatThePolicyPinsIsAskedFor() throws Exception {
    FakeSgx fake = new FakeSgx();
    byte[] digest = bytes(32, 3);
    Binding bound = Binding.to(REPORT_DATA).withRuntime(RUNTIME);
    Map<String, Step> pins = new LinkedHashMap<>();
    pins.put("settings:\n  - digest: " + "03".repeat(32) + "\n    name: x\n", Step.SETTINGS);
    pins.put("oprfKeys:\n  - epoch: 7\n    publicKey: " + "03".repeat(32) + "\n", Step.OPRF_KEY);
    for (Map.Entry<String, Step> pin : pins.entrySet()) {
      AppraisalPolicy policy = AppraisalPolicy.parse(fake.policy + pin.getKey());
      assertThat(judge(fake, bound, policy).findings())
          .extracting(Finding::step)
          .containsExactly(pin.getValue());
      assertThat(
              judge(fake, bound.withSettings(flipped(digest, 0)).withOprfKey(8, digest), policy)
                  .findings())
          .extracting(Finding::step)
          .containsExactly(pin.getValue());
      assertThat(
              judge(fake, bound.withSettings(digest).withOprfKey(7, digest), policy).acceptable())
          .isTrue();
    }
    String id =
        PckExtension.platformId(
            Pem.certificates(fake.quote.signature().certificationData()).get(0));
    String platform = "platforms:\n  - id: %s\n    name: this one\n";
    assertThat(
            judge(fake, bound, AppraisalPolicy.parse(fake.policy + platform.formatted(id)))
                .acceptable())
        .isTrue();
    assertThat(
            judge(
                    fake,
                    bound,
                    AppraisalPolicy.parse(fake.policy + platform.formatted("0".repeat(32))))
                .findings())
        .extracting(Finding::step, Finding::fault)
        .containsExactly(tuple(Step.PLATFORM, Fault.PLATFORM));
  }

  private static List<Tuple> tableFindings(FakeSgx fake, String pins, String digestOf, String shown)
      throws Exception {
    Binding bound = Binding.to(REPORT_DATA).withRuntime(RUNTIME);
    if (!digestOf.isEmpty()) {
      bound = bound.withSettings(Sha256.of(digestOf.getBytes(StandardCharsets.UTF_8)));
    }
    if (!shown.isEmpty()) {
      bound = bound.withSettingsText(shown.getBytes(StandardCharsets.UTF_8));
    }
    return judge(fake, bound, AppraisalPolicy.parse(fake.policy + pins)).findings().stream()
        .map(finding -> tuple(finding.step(), finding.fault()))
        .toList();
  }

  @Test
  void theTablesKernelAndThreadsAreThoseOfTheAttestedSettings() throws Exception {
    FakeSgx fake = new FakeSgx();
    String settings = "mode=truncated\ntable.kernel=vector256\ntable.threads=2\n";
    String wide = settings.replace("256", "512");
    Tuple kernel = tuple(Step.KERNEL, Fault.KERNEL);
    Tuple threads = tuple(Step.THREADS, Fault.THREADS);
    String pins = "kernels: [vector512, vector256]\nmaxThreads: 2\n";

    assertThat(tableFindings(fake, pins, settings, settings)).isEmpty();
    assertThat(tableFindings(fake, "kernels: [vector512]\n", settings, settings))
        .containsExactly(kernel);
    assertThat(tableFindings(fake, "maxThreads: 1\n", settings, settings)).containsExactly(threads);

    // What nobody shows, or the evidence does not vouch for, is not known.
    assertThat(tableFindings(fake, pins, settings, "")).containsExactly(kernel, threads);
    assertThat(tableFindings(fake, pins, "", settings)).containsExactly(kernel, threads);
    assertThat(tableFindings(fake, pins, settings, wide))
        .containsExactly(tuple(Step.SETTINGS, Fault.SETTINGS), kernel, threads);

    // Of before there was such a setting; an evaluator has no table.
    String earlier = "mode=truncated\nsessions.max=5\n";
    assertThat(tableFindings(fake, pins, earlier, earlier)).containsExactly(kernel, threads);
    String evaluator = "epoch=1\nsessions.max=5\n";
    assertThat(tableFindings(fake, pins, evaluator, evaluator)).isEmpty();
  }

  @Test
  void whatThePolicyDoesNotNameOfTheTableIsShownAndNotAskedFor() throws Exception {
    FakeSgx fake = new FakeSgx();
    String settings = "mode=truncated\ntable.kernel=plain\ntable.threads=2\n";
    byte[] text = settings.getBytes(StandardCharsets.UTF_8);
    AppraisalPolicy policy = AppraisalPolicy.parse(fake.policy);
    Binding bound = Binding.to(REPORT_DATA).withRuntime(RUNTIME).withSettings(Sha256.of(text));
    assertThat(judge(fake, bound, policy).checks())
        .extracting(Check::step)
        .doesNotContain(Step.KERNEL, Step.THREADS);
    assertThat(judge(fake, bound.withSettingsText(text), policy).checks())
        .contains(
            Check.passed(Step.KERNEL, "plain", "any"), Check.passed(Step.THREADS, "2", "any"));
    // A host that shows other settings lies, whatever the policy asks.
    assertThat(judge(fake, bound.withSettingsText(new byte[] {1}), policy).findings())
        .extracting(Finding::step)
        .containsExactly(Step.SETTINGS);
  }

  private static Verdict judge(FakeSgx fake, Binding binding, AppraisalPolicy policy) {
    return Verifier.verify(fake.quote.encode(), fake.collateral.encode(), binding, policy, NOW);
  }

  @Test
  void anEvaluationNumberBelowThePolicys() throws Exception {
    FakeSgx fake = new FakeSgx();
    fake.policy += "minimumEvaluationNumber: 2\n";
    fake.assertFindings(tuple(Step.TCB_STATUS, Fault.COLLATERAL_ROLLED_BACK));
  }

  @Test
  void otherReportData() throws Exception {
    FakeSgx fake = new FakeSgx();
    fake.reportData = flipped(REPORT_DATA, 63);
    fake.assertFindings(tuple(Step.REPORT_DATA, Fault.BINDING));
    assertThat(fake.verdict().authentic()).isFalse();
  }

  @Test
  void debugModeIsRefusedUnlessThePolicyAllowsIt() throws Exception {
    FakeSgx fake = new FakeSgx(Condition.DEBUG);
    fake.assertFindings(tuple(Step.DEBUG, Fault.DEBUG));
    assertThat(fake.verdict().debug()).isTrue();
    fake.policy += "allowDebug: true\n";
    assertThat(fake.verdict().acceptable()).isTrue();
  }

  @Test
  void aMeasurementThatThePolicyDoesNotName() throws Exception {
    FakeSgx fake = new FakeSgx();
    fake.policy = fake.policy.replace("measurement: 07", "measurement: 08");
    fake.assertFindings(tuple(Step.MEASUREMENT, Fault.IDENTITY));
    assertThat(fake.verdict().authentic()).isTrue();
  }

  @Test
  void aRuntimeThatThePolicyDoesNotNameOrThatIsNotTold() throws Exception {
    FakeSgx fake = new FakeSgx();
    fake.runtime = flipped(RUNTIME, 0);
    fake.assertFindings(tuple(Step.RUNTIME, Fault.RUNTIME));
    Verdict untold =
        Verifier.verify(
            fake.quote.encode(),
            fake.collateral.encode(),
            REPORT_DATA,
            AppraisalPolicy.parse(fake.policy),
            NOW);
    assertThat(untold.findings()).extracting(Finding::fault).containsExactly(Fault.RUNTIME);
  }

  @Test
  void allFindingsAreCollected() throws Exception {
    FakeSgx fake = new FakeSgx(Condition.DEBUG, Condition.REVOKED_PCK, Condition.TCB_RECOVERY);
    fake.reportData = flipped(REPORT_DATA, 0);
    fake.assertFindings(
        tuple(Step.REVOCATION, Fault.REVOKED),
        tuple(Step.TCB_STATUS, Fault.TCB_STATUS),
        tuple(Step.TCB_STATUS, Fault.ADVISORY),
        tuple(Step.REPORT_DATA, Fault.BINDING),
        tuple(Step.DEBUG, Fault.DEBUG));
  }
}
