package org.blindbook.auditor;

import java.security.MessageDigest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.apache.commons.codec.binary.Hex;
import org.apache.commons.codec.digest.DigestUtils;
import org.blindbook.attestation.AppraisalPolicy;
import org.blindbook.attestation.Binding;
import org.blindbook.attestation.Check;
import org.blindbook.attestation.DeploymentSettings;
import org.blindbook.attestation.Fault;
import org.blindbook.attestation.Finding;
import org.blindbook.attestation.KnownBroken;
import org.blindbook.attestation.Step;
import org.blindbook.attestation.Verdict;
import org.blindbook.attestation.Verifier;
import org.blindbook.attestation.format.ReportBody;
import org.blindbook.attestation.format.Tee;
import org.blindbook.auditor.image.Installation;
import org.blindbook.edge.compiled.SteppedCode;
import org.blindbook.edge.message.ReceivedClaims;
import org.blindbook.platform.EnclaveProgram;
import org.blindbook.protocol.message.DeploymentRole;
import org.blindbook.protocol.message.DiscoveryMode;
import org.blindbook.protocol.message.MalformedMessageException;

/**
 * A verdict, and what it does not speak of.
 *
 * @param enclave what the claims say that it is
 * @param settings that the enclave attests, when the server shows them
 * @param stepped whether somebody stepped through the enclave's code, as this Java runtime compiles
 *     it; empty when nobody knows what runs
 * @param policy whether a policy was given, which says whose enclave it should be
 * @param nonce whether the evidence was asked for with a nonce, so that it cannot be an old one
 * @param clock whether it was judged by the clock of this device
 * @param notCovered plain sentences
 */
record Judgement(
    Optional<EnclaveProgram> enclave,
    Verdict verdict,
    Optional<DeploymentSettings> settings,
    Optional<Boolean> stepped,
    boolean policy,
    boolean nonce,
    boolean clock,
    List<String> notCovered) {

  static Judgement of(Evidence evidence, AppraisalPolicy policy, Instant instant) {
    Binding binding = Binding.none();
    Optional<ReceivedClaims> claims = Optional.empty();
    if (evidence.claims().isPresent()) {
      byte[] bytes = evidence.claims().get();
      claims = decode(bytes);
      binding =
          claims
              .map(Judgement::claimed)
              .orElseGet(
                  () ->
                      Binding.to(
                          Arrays.copyOf(DigestUtils.sha256(bytes), ReportBody.REPORT_DATA_BYTES)));
      if (evidence.settings().isPresent()) {
        binding = binding.withSettingsText(evidence.settings().get());
      }
    }
    Verdict verdict =
        Verifier.verify(evidence.quote(), evidence.collateral(), binding, policy, instant);
    if (evidence.nonce().isPresent() || claims.isPresent()) {
      verdict = verdict.with(freshness(claims, evidence.nonce(), instant));
    }
    if (claims.isPresent()) {
      verdict = verdict.until("channelKey", keyExpiry(claims.get()));
    }
    Optional<DeploymentSettings> settings = DeploymentSettings.attested(binding);
    Optional<Boolean> stepped = claims.flatMap(claimed -> stepped(claimed, settings));
    List<String> notCovered = notCovered(evidence, policy, verdict);
    if (claims.isPresent()) {
      notCoveredCode(program(claims.get()), settings, stepped).ifPresent(notCovered::add);
    }
    return new Judgement(
        claims.map(Judgement::program),
        verdict,
        settings,
        stepped,
        !policy.acceptsAnyMeasurement(),
        evidence.nonce().isPresent(),
        true,
        notCovered);
  }

  private static Binding claimed(ReceivedClaims claims) {
    Binding claimed =
        Binding.to(claims.reportData())
            .withRuntime(claims.runtimeDigest())
            .withSettings(claims.settingsDigest());
    return claims.mode() == DiscoveryMode.BLINDED
        ? claimed.withOprfKey(claims.epoch(), claims.oprfPublicKey())
        : claimed;
  }

  /** Claims of other programs are bound like ours and otherwise unknown here. */
  private static Optional<ReceivedClaims> decode(byte[] bytes) {
    try {
      return Optional.of(ReceivedClaims.decode(bytes));
    } catch (MalformedMessageException e) {
      return Optional.empty();
    }
  }

  /** In truncated mode there is no evaluator. */
  private static EnclaveProgram program(ReceivedClaims claims) {
    return claims.role().equals(Optional.of(DeploymentRole.EVALUATOR))
        ? EnclaveProgram.EVALUATOR
        : EnclaveProgram.LOOKUP;
  }

  /** This judgement of what a server gave as the evidence of one of its enclaves. */
  Judgement offeredAs(EnclaveProgram asked) {
    if (enclave.isEmpty() || enclave.get() == asked) {
      return this;
    }
    String seen = Installation.name(enclave.get());
    String required = Installation.name(asked);
    Check check =
        Check.failed(
            Step.MEASUREMENT,
            seen + " enclave",
            required + " enclave",
            Fault.IDENTITY,
            "the server offers a "
                + seen
                + " enclave where its "
                + required
                + " enclave should be");
    return new Judgement(
        enclave, verdict.with(check), settings, stepped, policy, nonce, clock, notCovered);
  }

  /** This judgement as of a time that somebody chose. */
  Judgement atChosenTime() {
    return new Judgement(enclave, verdict, settings, stepped, policy, nonce, false, notCovered);
  }

  /** Whether the evidence could be read and a policy said whose enclave it should be. */
  boolean appraised() {
    return policy && verdict.tee().isPresent();
  }

  /** Whether the clock of this device would explain a finding. */
  boolean clockMayBeWrong() {
    return clock && verdict.clockMayBeWrong();
  }

  /**
   * @param asked the nonce that the evidence should be made for; none when nobody asked for it
   */
  private static Check freshness(
      Optional<ReceivedClaims> claims, Optional<byte[]> asked, Instant instant) {
    if (claims.isEmpty()) {
      return Check.failed(
          Step.FORMAT, "unreadable", "claims", Fault.MALFORMED, "the claims cannot be read");
    }
    String required =
        asked
            .map(nonce -> "nonce " + Hex.encodeHexString(Arrays.copyOf(nonce, 8)) + "..")
            .orElse("a channel key in use");
    Optional<byte[]> seen = claims.get().nonce();
    if (asked.isPresent() && (seen.isEmpty() || !MessageDigest.isEqual(seen.get(), asked.get()))) {
      return Check.failed(
          Step.FRESHNESS,
          seen.isEmpty() ? "no nonce" : "another nonce",
          required,
          Fault.FRESHNESS,
          "the evidence was not made for this audit");
    }
    Instant keyExpiry = keyExpiry(claims.get());
    if (!instant.isBefore(keyExpiry)) {
      return Check.failed(
          "channel key until " + keyExpiry,
          "a channel key in use",
          new Finding(Step.FRESHNESS, Fault.FRESHNESS, "the channel key's time is over", true));
    }
    return new Check(Step.FRESHNESS, required, required, Optional.of(keyExpiry), List.of());
  }

  /** The enclave chooses the number: one that is no time at all is the last or first there is. */
  static Instant keyExpiry(ReceivedClaims claims) {
    long seconds = claims.keyExpirySeconds();
    return Instant.ofEpochSecond(
        Math.max(Instant.MIN.getEpochSecond(), Math.min(Instant.MAX.getEpochSecond(), seconds)));
  }

  private static List<String> notCovered(
      Evidence evidence, AppraisalPolicy policy, Verdict verdict) {
    List<String> notCovered = new ArrayList<>();
    if (verdict.simulated()) {
      notCovered.add(
          "Hardware: the platform is simulated. Whoever runs the machine can read the enclave's"
              + " memory and sign any measurement.");
    }
    if (policy.acceptsAnyMeasurement()) {
      notCovered.add("Whose enclave it is: no policy was given, so any measurement passes.");
    } else {
      notCovered.add(
          "What the measured code does: a measurement names code. Rebuild the release and"
              + " compare.");
    }
    notCovered.addAll(notCoveredOf(verdict));
    notCovered.addAll(knownBroken(verdict));
    if (evidence.claims().isEmpty()) {
      notCovered.add("Binding: no claims came with the evidence, so it vouches for no key.");
    }
    if (evidence.nonce().isEmpty()) {
      notCovered.add("Freshness: the evidence may have been made long ago.");
    }
    if (policy.runtimes().isEmpty()) {
      notCovered.add("The Java runtime: the policy names none.");
    }
    notCovered.add(
        "What the host does: it can withhold, delay or invent registrations, and see who asks and"
            + " when.");
    return notCovered;
  }

  private static List<String> knownBroken(Verdict verdict) {
    List<String> sentences = new ArrayList<>();
    for (String name : verdict.knownBroken()) {
      KnownBroken.entry(name)
          .ifPresent(
              entry ->
                  sentences.add(
                      "Known to be broken ("
                          + name
                          + ", "
                          + entry.reference()
                          + "): "
                          + entry.breaks()
                          + ". What still holds: "
                          + entry.holds()
                          + "."));
    }
    if (verdict.tee().isPresent() && !verdict.simulated()) {
      sentences.add(
          "What became known after "
              + KnownBroken.date()
              + ", the date of this program's list of platforms that are known to be broken.");
    }
    return sentences;
  }

  private static Optional<String> kernel(
      EnclaveProgram program, Optional<DeploymentSettings> settings) {
    return program == EnclaveProgram.LOOKUP
        ? settings.flatMap(DeploymentSettings::kernel)
        : Optional.of(SteppedCode.NO_KERNEL);
  }

  private static Optional<Boolean> stepped(
      ReceivedClaims claims, Optional<DeploymentSettings> settings) {
    EnclaveProgram program = program(claims);
    String runtime = Hex.encodeHexString(claims.runtimeDigest());
    return kernel(program, settings)
        .map(kernel -> SteppedCode.reviewed().covers(Installation.name(program), kernel, runtime));
  }

  private static Optional<String> notCoveredCode(
      EnclaveProgram program, Optional<DeploymentSettings> settings, Optional<Boolean> stepped) {
    if (stepped.isEmpty()) {
      return Optional.of(
          "Compiled code: the server shows no settings that the enclave attests, so the kernel of"
              + " its table is not known.");
    }
    String what =
        program == EnclaveProgram.LOOKUP
            ? "the kernel " + kernel(program, settings).orElse("")
            : "the evaluator";
    return stepped.get()
        ? Optional.empty()
        : Optional.of(
            "Compiled code: what this Java runtime makes of "
                + what
                + " was never stepped through.");
  }

  /** What the kind of platform leaves open. */
  private static List<String> notCoveredOf(Verdict verdict) {
    List<String> notCovered = new ArrayList<>();
    Optional<Tee> tee = verdict.tee().filter(kind -> kind != Tee.SGX);
    if (tee.isPresent()) {
      notCovered.add(
          "The enclave alone: the measurement is of a whole virtual machine, and whatever runs in"
              + " it can ask for such evidence.");
    }
    if (tee.filter(kind -> kind == Tee.SEV_SNP).isPresent()) {
      notCovered.add(
          "How up to date the firmware is: AMD publishes no statuses. Compare reported_tcb with"
              + " AMD's bulletins.");
      if (verdict.checks().stream().noneMatch(check -> check.step() == Step.REVOCATION)) {
        notCovered.add("Revocation: no revocation list of AMD's was checked.");
      }
    }
    return notCovered;
  }

  /** 0 when accepted, else the lowest code of the findings. */
  int exitCode() {
    return verdict.acceptable()
        ? 0
        : verdict.findings().stream()
            .map(Finding::fault)
            .mapToInt(Fault::exitCode)
            .min()
            .orElse(AuditException.MALFORMED);
  }
}
