package org.blindbook.attestation;

import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What a policy names beside measurements. Where it names nothing it does not ask; where it names
 * something, everything else is refused, and so is what the verifier was not told.
 *
 * @param runtimes names of accepted Java runtimes by their digests
 * @param settings names of accepted deployment settings by their digests
 * @param platforms names of accepted machines by the id that their vendor gave them
 * @param oprfKeys accepted keys of evaluators
 * @param table what a lookup enclave's table may run on
 */
record Pins(
    Map<String, String> runtimes,
    Map<String, String> settings,
    Map<String, String> platforms,
    Set<OprfKey> oprfKeys,
    TablePins table) {

  static final Pins NONE = new Pins(Map.of(), Map.of(), Map.of(), Set.of(), TablePins.NONE);

  Pins {
    runtimes = Map.copyOf(runtimes);
    settings = Map.copyOf(settings);
    platforms = Map.copyOf(platforms);
    oprfKeys = Set.copyOf(oprfKeys);
  }

  /**
   * @param platformId of the machine that the evidence is from, lower-case hexadecimal
   */
  List<Check> appraise(Binding binding, Optional<String> platformId) {
    List<Check> checks = new ArrayList<>();
    appraise(runtimes, Step.RUNTIME, hex(binding.runtimeDigest()), Fault.RUNTIME)
        .ifPresent(checks::add);
    appraise(settings, Step.SETTINGS, hex(binding.settingsDigest()), Fault.SETTINGS)
        .ifPresent(checks::add);
    checks.addAll(table.appraise(binding));
    appraise(platforms, Step.PLATFORM, platformId, Fault.PLATFORM).ifPresent(checks::add);
    if (!oprfKeys.isEmpty()) {
      Optional<OprfKey> seen = binding.oprfKey();
      checks.add(
          Check.of(
              seen.filter(oprfKeys::contains).isPresent(),
              Step.OPRF_KEY,
              seen.map(Pins::describe).orElse("none"),
              "one that the policy names",
              Fault.OPRF_KEY,
              seen.isPresent()
                  ? "the policy does not name this OPRF key and epoch"
                  : "the policy names OPRF keys, and the claims have none"));
    }
    return checks;
  }

  private static Optional<Check> appraise(
      Map<String, String> named, Step step, Optional<String> seen, Fault fault) {
    if (named.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        Check.of(
            seen.filter(named::containsKey).isPresent(),
            step,
            seen.orElse("unknown"),
            seen.map(named::get).orElse("one that the policy names"),
            fault,
            seen.isPresent()
                ? "the policy does not name this one: " + step.title()
                : "the policy asks for this, and the verifier was not told: " + step.title()));
  }

  private static Optional<String> hex(Optional<byte[]> digest) {
    return digest.map(HexFormat.of()::formatHex);
  }

  private static String describe(OprfKey key) {
    return "epoch " + key.epoch() + ", " + key.publicKey();
  }
}
