package org.blindbook.attestation;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The deployment settings that an enclave runs with, as its host shows them and the evidence
 * vouches for them: text of {@code key=value} lines whose digest is claimed.
 */
public final class DeploymentSettings {
  private static final String KERNEL = "table.kernel";
  private static final String THREADS = "table.threads";

  /** Only an enclave with a table has it. */
  private static final String MODE = "mode";

  private final Map<String, String> values = new TreeMap<>();

  private DeploymentSettings(byte[] text) {
    for (String line : new String(text, StandardCharsets.UTF_8).split("\n")) {
      int equals = line.indexOf('=');
      if (equals > 0) {
        values.put(line.substring(0, equals), line.substring(equals + 1));
      }
    }
  }

  /** Empty when no text was shown, or one of another digest than the claimed one. */
  public static Optional<DeploymentSettings> attested(Binding binding) {
    return isOther(binding) || binding.settingsDigest().isEmpty()
        ? Optional.empty()
        : binding.settingsText().map(DeploymentSettings::new);
  }

  /** Whether a text was shown that is not the one whose digest is claimed. */
  static boolean isOther(Binding binding) {
    return binding.settingsText().isPresent()
        && binding.settingsDigest().isPresent()
        && !MessageDigest.isEqual(
            Digests.sha256(List.of(binding.settingsText().get())), binding.settingsDigest().get());
  }

  /** All of them, by key. */
  public Map<String, String> values() {
    return Map.copyOf(values);
  }

  /** Whether they are of an enclave that looks up, and so has a table. */
  boolean ofTable() {
    return values.containsKey(MODE);
  }

  /** The inner loops that the table runs on; empty without a table. */
  public Optional<String> kernel() {
    return Optional.ofNullable(values.get(KERNEL));
  }

  /** Threads of a pass over the table; empty without a table. */
  public Optional<String> threads() {
    return Optional.ofNullable(values.get(THREADS));
  }
}
