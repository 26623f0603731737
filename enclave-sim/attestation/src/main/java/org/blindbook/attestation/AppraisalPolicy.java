package org.blindbook.attestation;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import org.blindbook.attestation.format.TcbStatus;

/**
 * What a relying party accepts: one YAML file. Everything that is not named is refused.
 *
 * <pre>{@code
 * version: 1
 * trustRoots:                    # intel, amd, or simulated with its certificate
 *   - name: intel
 * measurements:
 *   - measurement: <64 hexadecimal digits>
 *     release: 0.1.0
 *     commit: <source commit>
 *     reason: why it is accepted
 *     date: 2026-11-22
 *     advisories: [INTEL-SA-00615]   # optional
 * runtimes:                      # optional: accepted Java runtimes
 *   - digest: <64 hexadecimal digits>
 *     name: Temurin 25.0.1
 * settings:                      # optional: accepted deployment settings
 *   - digest: <64 hexadecimal digits>
 *     name: production
 * platforms:                     # optional: accepted machines, by PPID or CHIP_ID
 *   - id: <32 or 128 hexadecimal digits>
 *     name: rack 7
 * oprfKeys:                      # optional: accepted evaluators of blinded lookup keys
 *   - epoch: 1
 *     publicKey: <64 hexadecimal digits>
 * kernels: [vector512]           # optional: accepted inner loops of a lookup enclave's table
 * maxThreads: 8                  # optional: most threads of a pass over it
 * snp: {products: [Genoa]}       # optional: what guests of SEV-SNP are asked, see SnpDemands
 * tdx: {septVeDisable: true}     # optional: what domains of TDX are asked, see TdxDemands
 * knownBroken: [ddr5-interposer] # optional: known holes of platforms that are accepted
 * tcbStatuses: [UpToDate]        # optional, default UpToDate and SWHardeningNeeded
 * tcbGraceDays: 30               # optional: OutOfDate is accepted so long after the TCB's date
 * minimumEvaluationNumber: 21    # optional
 * allowDebug: false              # optional
 * }</pre>
 */
public final class AppraisalPolicy {
  private final List<TrustAnchor> trustAnchors;
  private final Optional<Map<String, AcceptedMeasurement>> measurements;
  private final Pins pins;
  private final Demands demands;
  private final Set<TcbStatus> statuses;
  private final Optional<Duration> tcbGrace;
  private final Optional<Integer> minimumEvaluationNumber;
  private final boolean allowsDebug;

  AppraisalPolicy(
      List<TrustAnchor> trustAnchors,
      Optional<List<AcceptedMeasurement>> measurements,
      Pins pins,
      Demands demands,
      Set<TcbStatus> statuses,
      Optional<Duration> tcbGrace,
      Optional<Integer> minimumEvaluationNumber,
      boolean allowsDebug) {
    this.trustAnchors = List.copyOf(trustAnchors);
    this.measurements =
        measurements.map(
            accepted -> {
              Map<String, AcceptedMeasurement> byHex = new LinkedHashMap<>();
              accepted.forEach(m -> byHex.put(m.measurement(), m));
              return byHex;
            });
    this.pins = pins;
    this.demands = demands;
    this.statuses = EnumSet.copyOf(statuses);
    this.tcbGrace = tcbGrace;
    this.minimumEvaluationNumber = minimumEvaluationNumber;
    this.allowsDebug = allowsDebug;
  }

  /**
   * @throws PolicyException with a sentence that names the line
   */
  public static AppraisalPolicy parse(String yaml) throws PolicyException {
    return PolicyParser.parse(yaml);
  }

  /**
   * @throws PolicyException as {@link #parse}, and when the file cannot be read
   */
  public static AppraisalPolicy read(Path file) throws PolicyException {
    try {
      if (Files.size(file) > PolicyParser.MAX_CHARACTERS) {
        throw new PolicyException("The policy " + file + " is too large to be one.");
      }
      return parse(Files.readString(file, StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new PolicyException(
          "The policy " + file + " cannot be read: check that it exists and is a text file.");
    }
  }

  /**
   * For looking at evidence without a policy: Intel's root, any enclave, any advisory, any platform
   * that is not out of date. It says nothing about whose enclave it is.
   */
  public static AppraisalPolicy anyIntelEnclave() {
    return anyEnclaveUnder(List.of(TrustAnchor.INTEL));
  }

  /** Likewise, under Intel's or AMD's roots. */
  public static AppraisalPolicy anyGenuineEnclave() {
    List<TrustAnchor> anchors = new ArrayList<>(TrustAnchor.AMD);
    anchors.add(TrustAnchor.INTEL);
    return anyEnclaveUnder(anchors);
  }

  private static AppraisalPolicy anyEnclaveUnder(List<TrustAnchor> anchors) {
    return new AppraisalPolicy(
        anchors,
        Optional.empty(),
        Pins.NONE,
        Demands.NONE,
        EnumSet.of(
            TcbStatus.UP_TO_DATE,
            TcbStatus.SW_HARDENING_NEEDED,
            TcbStatus.CONFIGURATION_NEEDED,
            TcbStatus.CONFIGURATION_AND_SW_HARDENING_NEEDED),
        Optional.empty(),
        Optional.empty(),
        false);
  }

  /**
   * What a careful reader would ask about this policy: it is valid, and may still be looser than
   * meant. Plain sentences, none when there is nothing to say.
   */
  public List<String> remarks() {
    return PolicyRemarks.on(this);
  }

  /** The accepted measurements, none when any is. */
  Collection<AcceptedMeasurement> measurements() {
    return measurements.map(Map::values).orElse(List.of());
  }

  List<TrustAnchor> trustAnchors() {
    return trustAnchors;
  }

  /** Whether this policy looks at the measurement at all. */
  public boolean acceptsAnyMeasurement() {
    return measurements.isEmpty();
  }

  /** The entry for a measurement in lower-case hexadecimal. */
  public Optional<AcceptedMeasurement> measurement(String hex) {
    return measurements.flatMap(accepted -> Optional.ofNullable(accepted.get(hex)));
  }

  /** Names of the accepted Java runtimes by their digests; empty when the policy does not ask. */
  public Map<String, String> runtimes() {
    return pins.runtimes();
  }

  /**
   * The epochs of the OPRF keys that the policy names. Where it names any, claims without a named
   * key are refused.
   */
  public SortedSet<Integer> oprfEpochs() {
    SortedSet<Integer> epochs = new TreeSet<>();
    pins.oprfKeys().forEach(key -> epochs.add(key.epoch()));
    return epochs;
  }

  Pins pins() {
    return pins;
  }

  Demands demands() {
    return demands;
  }

  /** How long after its TCB's date a platform that is OutOfDate is accepted. */
  Optional<Duration> tcbGrace() {
    return tcbGrace;
  }

  /** Whether any evidence that the roots allow has a TCB status: all but SEV-SNP's. */
  boolean hasStatuses() {
    return trustAnchors.stream().anyMatch(anchor -> !anchor.name().equals(TrustAnchor.AMD_NAME));
  }

  /** Whether the statuses are others than those that a policy accepts when it names none. */
  boolean namesStatuses() {
    return !statuses.equals(PolicyParser.DEFAULT_STATUSES);
  }

  /** Whoever accepts platforms that are out of date accepts domains that should start anew. */
  boolean accepts(TcbStatus status) {
    return statuses.contains(status)
        || switch (status) {
          case TD_RELAUNCH_ADVISED -> statuses.contains(TcbStatus.OUT_OF_DATE);
          case TD_RELAUNCH_ADVISED_CONFIGURATION_NEEDED ->
              statuses.contains(TcbStatus.OUT_OF_DATE_CONFIGURATION_NEEDED);
          default -> false;
        };
  }

  Set<TcbStatus> statuses() {
    return statuses;
  }

  Optional<Integer> minimumEvaluationNumber() {
    return minimumEvaluationNumber;
  }

  boolean allowsDebug() {
    return allowsDebug;
  }
}
