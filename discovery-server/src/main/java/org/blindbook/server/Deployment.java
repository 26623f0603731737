package org.blindbook.server;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.blindbook.protocol.message.DeploymentRole;

/**
 * How an installation makes lookup keys, and its part in it. Chosen at the first start and kept in
 * the data directory: keys of one kind are of no use with another.
 *
 * @param blinded empty in mode truncated
 */
record Deployment(Optional<Blinded> blinded) {
  static final Deployment TRUNCATED = new Deployment(Optional.empty());

  static final int FIRST_EPOCH = 1;
  private static final String PUBLIC_KEY = "[0-9a-f]{64}";

  /**
   * @param epoch of the evaluator's key, from 1
   * @param evaluatorKey in hexadecimal; in role lookup only, where it is another server's
   */
  record Blinded(DeploymentRole role, int epoch, Optional<String> evaluatorKey) {}

  /**
   * @throws OperatorException when these do not go together
   */
  static Deployment blinded(DeploymentRole role, int epoch, Optional<String> evaluatorKey)
      throws OperatorException {
    if (epoch < FIRST_EPOCH) {
      throw new OperatorException("--epoch takes a number from 1.");
    }
    if (role == DeploymentRole.LOOKUP && evaluatorKey.isEmpty()) {
      throw new OperatorException(
          "--role lookup needs --evaluator-key: the evaluator prints its public key at start.");
    }
    if (role != DeploymentRole.LOOKUP && evaluatorKey.isPresent()) {
      throw new OperatorException(
          "--evaluator-key is for --role lookup only: an evaluator makes its own key.");
    }
    if (evaluatorKey.isPresent() && !evaluatorKey.get().matches(PUBLIC_KEY)) {
      throw new OperatorException("--evaluator-key takes 64 hexadecimal digits in lower case.");
    }
    return new Deployment(Optional.of(new Blinded(role, epoch, evaluatorKey)));
  }

  /** The deployment's part of the enclave's settings; the form in which it is kept, too. */
  Map<String, String> settings() {
    if (blinded.isEmpty()) {
      return Map.of("mode", "truncated");
    }
    Map<String, String> settings = new TreeMap<>();
    settings.put("mode", "blinded");
    settings.put("role", name(blinded.get().role()));
    settings.put("epoch", Integer.toString(blinded.get().epoch()));
    blinded.get().evaluatorKey().ifPresent(key -> settings.put("evaluator.public-key", key));
    return settings;
  }

  String text() {
    StringBuilder text = new StringBuilder();
    settings().forEach((key, value) -> text.append(key).append('=').append(value).append('\n'));
    return text.toString();
  }

  /** Empty when the text is not one that {@link #text} gave. */
  static Optional<Deployment> parse(String text) {
    Map<String, String> values = new HashMap<>();
    for (String line : text.split("\n")) {
      int equals = line.indexOf('=');
      if (equals > 0) {
        values.put(line.substring(0, equals), line.substring(equals + 1));
      }
    }
    Deployment read = TRUNCATED;
    if ("blinded".equals(values.get("mode"))) {
      try {
        read =
            blinded(
                DeploymentRole.valueOf(values.getOrDefault("role", "").toUpperCase(Locale.ROOT)),
                Integer.parseInt(values.getOrDefault("epoch", "")),
                Optional.ofNullable(values.get("evaluator.public-key")));
      } catch (OperatorException | IllegalArgumentException e) {
        return Optional.empty();
      }
    }
    return read.text().equals(text) ? Optional.of(read) : Optional.empty();
  }

  boolean evaluates() {
    return blinded.isPresent() && blinded.get().role().evaluates();
  }

  boolean looksUp() {
    return blinded.isEmpty() || blinded.get().role().looksUp();
  }

  /** For a sentence. */
  String description() {
    return blinded
        .map(b -> "mode blinded, role " + name(b.role()) + ", epoch " + b.epoch())
        .orElse("mode truncated");
  }

  private static String name(DeploymentRole role) {
    return role.name().toLowerCase(Locale.ROOT);
  }
}
