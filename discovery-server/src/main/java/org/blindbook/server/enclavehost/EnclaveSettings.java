package org.blindbook.server.enclavehost;

import java.util.Map;
import java.util.TreeMap;

/**
 * The deployment settings that the enclave runs with. Their digest is in the attested claims, so
 * equal settings have equal bytes: one {@code key=value} a line, sorted by key.
 */
public final class EnclaveSettings {
  /** Every setting with its default, besides those of the deployment. */
  public static final Map<String, String> DEFAULTS =
      Map.of(
          "channel-key.lifetime-seconds", "600",
          "channel-key.max-sessions", "10000",
          "permits.capacity", "50000",
          "permits.refill-per-day", "10000",
          "sessions.max", "10000");

  private final TreeMap<String, String> values = new TreeMap<>(DEFAULTS);

  /**
   * @param changed settings that differ from the default, by the names of {@link #DEFAULTS}
   * @param deployment the mode, and what belongs to it
   */
  public EnclaveSettings(Map<String, String> changed, Map<String, String> deployment) {
    if (!DEFAULTS.keySet().containsAll(changed.keySet())) {
      throw new IllegalArgumentException("a setting that the enclave does not know");
    }
    values.putAll(changed);
    values.putAll(deployment);
  }

  /** The settings as the enclave reads and hashes them. */
  public String text() {
    StringBuilder text = new StringBuilder();
    values.forEach((key, value) -> text.append(key).append('=').append(value).append('\n'));
    return text.toString();
  }
}
