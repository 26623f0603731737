package org.blindbook.attestation;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * What a policy names of the table of a lookup enclave, by the settings that the enclave attests.
 * Where it names nothing it does not ask, and says what it saw.
 *
 * @param kernels accepted inner loops; none when any is
 * @param maxThreads most threads of a pass
 */
record TablePins(Set<String> kernels, Optional<Integer> maxThreads) {
  static final TablePins NONE = new TablePins(Set.of(), Optional.empty());

  TablePins {
    kernels = Set.copyOf(kernels);
  }

  List<Check> appraise(Binding binding) {
    List<Check> checks = new ArrayList<>();
    if (DeploymentSettings.isOther(binding)) {
      checks.add(
          Check.failed(
              Step.SETTINGS,
              "a text of another digest",
              "the text of the attested digest",
              Fault.SETTINGS,
              "the settings that the server shows are not those that the enclave attests"));
    }
    Optional<DeploymentSettings> settings = DeploymentSettings.attested(binding);
    appraise(
            settings,
            settings.flatMap(DeploymentSettings::kernel),
            Step.KERNEL,
            Fault.KERNEL,
            kernels.isEmpty()
                ? Optional.empty()
                : Optional.of(kernels.stream().sorted().collect(Collectors.joining(" | "))),
            kernels::contains)
        .ifPresent(checks::add);
    appraise(
            settings,
            settings.flatMap(DeploymentSettings::threads),
            Step.THREADS,
            Fault.THREADS,
            maxThreads.map(most -> "at most " + most),
            seen -> isAtMost(seen, maxThreads.orElse(0)))
        .ifPresent(checks::add);
    return checks;
  }

  /**
   * @param required what the policy asks for; empty when it does not ask
   */
  private static Optional<Check> appraise(
      Optional<DeploymentSettings> settings,
      Optional<String> seen,
      Step step,
      Fault fault,
      Optional<String> required,
      Predicate<String> accepted) {
    if (required.isEmpty()) {
      return seen.map(value -> Check.passed(step, value, "any"));
    }
    if (settings.isPresent() && !settings.get().ofTable()) {
      return Optional.empty(); // an evaluator has no table
    }
    return Optional.of(
        Check.of(
            seen.filter(accepted).isPresent(),
            step,
            seen.orElse("unknown"),
            required.get(),
            fault,
            seen.isPresent()
                ? "the policy does not accept this one: " + step.title()
                : "the policy asks for this, and no attested settings say it: " + step.title()));
  }

  private static boolean isAtMost(String number, int most) {
    return number.matches("[0-9]{1,6}") && Integer.parseInt(number) <= most;
  }
}
