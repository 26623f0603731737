package org.blindbook.server.enclavehost;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The deployment settings that an enclave runs with. Their digest is in the attested claims, so
 * equal settings have equal bytes: one {@code key=value} a line, sorted by key.
 */
public final class EnclaveSettings {
  /** What an enclave of either role is told about its clients, with its default. */
  public static final Map<String, String> DEFAULTS =
      Map.of(
          "channel-key.lifetime-seconds", "600",
          "channel-key.max-sessions", "10000",
          "permits.capacity", "50000",
          "permits.refill-per-day", "10000",
          "sessions.max", "10000");

  private static final String REGISTRATIONS = "registrations";
  private static final String ALL = "all";
  private static final List<String> PERMITS = List.of("permits.capacity", "permits.refill-per-day");

  /** No enclave takes more. */
  private static final long MOST_PERMITS = 10_000_000;

  private static final String MODE = "mode";
  private static final String EPOCH = "epoch";

  private final TreeMap<String, String> values = new TreeMap<>(DEFAULTS);

  private EnclaveSettings(
      Map<String, String> changed, Map<String, String> deployment, Map<String, String> table) {
    if (!DEFAULTS.keySet().containsAll(changed.keySet())) {
      throw new IllegalArgumentException("a setting that the enclave does not know");
    }
    values.putAll(changed);
    values.putAll(deployment);
    values.putAll(table);
  }

  /**
   * Of a lookup enclave in mode truncated.
   *
   * @param changed settings that differ from the default, by the names of {@link #DEFAULTS}
   */
  public static EnclaveSettings truncatedLookup(Map<String, String> changed, TableSettings table) {
    return new EnclaveSettings(
        changed, Map.of(MODE, "truncated", REGISTRATIONS, ALL), table.values());
  }

  /**
   * Of a lookup enclave in mode blinded.
   *
   * @param evaluatorKey the evaluator's public key in hexadecimal
   */
  public static EnclaveSettings blindedLookup(
      Map<String, String> changed, TableSettings table, int epoch, String evaluatorKey) {
    return new EnclaveSettings(
        changed,
        Map.of(
            MODE,
            "blinded",
            REGISTRATIONS,
            ALL,
            EPOCH,
            Integer.toString(epoch),
            "evaluator.public-key",
            evaluatorKey),
        table.values());
  }

  /**
   * Of the enclave beside this lookup enclave that has the recent registrations only.
   *
   * @param part one of so many registrations is recent at most; permits are so many times as many
   */
  public EnclaveSettings recent(int part) {
    EnclaveSettings recent = new EnclaveSettings(Map.of(), values, Map.of());
    recent.values.put(REGISTRATIONS, "recent");
    for (String permits : PERMITS) {
      recent.values.computeIfPresent(
          permits, (name, of) -> Long.toString(Math.min(MOST_PERMITS, Long.parseLong(of) * part)));
    }
    return recent;
  }

  /** Of an evaluator enclave. */
  public static EnclaveSettings evaluator(Map<String, String> changed, int epoch) {
    return new EnclaveSettings(changed, Map.of(EPOCH, Integer.toString(epoch)), Map.of());
  }

  /** The settings as the enclave reads and hashes them. */
  public String text() {
    StringBuilder text = new StringBuilder();
    values.forEach((key, value) -> text.append(key).append('=').append(value).append('\n'));
    return text.toString();
  }
}
