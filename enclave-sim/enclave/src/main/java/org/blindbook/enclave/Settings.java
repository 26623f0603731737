package org.blindbook.enclave;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.blindbook.protocol.Sha256;
import org.blindbook.protocol.message.Claims;
import org.blindbook.protocol.message.DeploymentRole;

/**
 * What a deployment may choose. The host supplies it, so nothing here can weaken a promise; the
 * digest of the exact bytes is attested.
 *
 * <p>UTF-8 text, one {@code key=value} a line. Every key must be there and none besides.
 *
 * @param blinded what {@code mode=blinded} says; empty for {@code mode=truncated}
 * @param channelKeyLifetime {@code channel-key.lifetime-seconds}: 60 to 86,400
 * @param channelKeySessions {@code channel-key.max-sessions}: 1 to 1,000,000
 * @param permitCapacity {@code permits.capacity}: new contacts an account may ask at once, 1 to
 *     10,000,000
 * @param permitRefillPerDay {@code permits.refill-per-day}: 1 to 10,000,000
 * @param maxSessions {@code sessions.max}: 1 to 1,000,000
 * @param digest SHA-256 of the bytes
 */
public record Settings(
    Optional<Blinded> blinded,
    Duration channelKeyLifetime,
    int channelKeySessions,
    int permitCapacity,
    int permitRefillPerDay,
    int maxSessions,
    byte[] digest) {

  /**
   * What a deployment in blinded mode says besides.
   *
   * @param role {@code role}: evaluator, lookup or both
   * @param epoch {@code epoch}: of the evaluator's key, from 1
   * @param evaluatorKey {@code evaluator.public-key}: 64 hexadecimal digits; of whose outputs the
   *     table consists. In role lookup only: the others have the key
   */
  public record Blinded(DeploymentRole role, int epoch, Optional<byte[]> evaluatorKey) {
    /** These settings as they are written, without the last end of line. */
    public String text() {
      return "mode=blinded\nrole="
          + role.name().toLowerCase(Locale.ROOT)
          + "\nepoch="
          + epoch
          + evaluatorKey
              .map(key -> "\nevaluator.public-key=" + HexFormat.of().formatHex(key))
              .orElse("");
    }
  }

  /**
   * @throws IllegalArgumentException with a plain sentence, when a setting is missing, unknown or
   *     out of range
   */
  public static Settings parse(byte[] bytes) {
    Map<String, String> values = new HashMap<>();
    for (String line : new String(bytes, StandardCharsets.UTF_8).split("\n")) {
      int equals = line.indexOf('=');
      if (equals < 1 || values.put(line.substring(0, equals), line.substring(equals + 1)) != null) {
        throw new IllegalArgumentException("settings are lines of key=value, each key once");
      }
    }
    Settings settings =
        new Settings(
            takeMode(values),
            Duration.ofSeconds(take(values, "channel-key.lifetime-seconds", 60, 86_400)),
            take(values, "channel-key.max-sessions", 1, 1_000_000),
            take(values, "permits.capacity", 1, 10_000_000),
            take(values, "permits.refill-per-day", 1, 10_000_000),
            take(values, "sessions.max", 1, 1_000_000),
            Sha256.of(bytes));
    if (!values.isEmpty()) {
      throw new IllegalArgumentException(
          "there is no setting " + values.keySet().iterator().next());
    }
    return settings;
  }

  private static Optional<Blinded> takeMode(Map<String, String> values) {
    String mode = values.remove("mode");
    if ("truncated".equals(mode)) {
      return Optional.empty();
    }
    if ("blinded".equals(mode)) {
      return Optional.of(takeBlinded(values));
    }
    throw new IllegalArgumentException("the setting mode must be truncated or blinded");
  }

  private static Blinded takeBlinded(Map<String, String> values) {
    DeploymentRole role = takeRole(values);
    int epoch = take(values, "epoch", 1, 1_000_000);
    return new Blinded(
        role, epoch, role.evaluates() ? Optional.empty() : Optional.of(takeEvaluatorKey(values)));
  }

  private static DeploymentRole takeRole(Map<String, String> values) {
    String value = values.remove("role");
    for (DeploymentRole role : DeploymentRole.values()) {
      if (role.name().toLowerCase(Locale.ROOT).equals(value)) {
        return role;
      }
    }
    throw new IllegalArgumentException("the setting role must be evaluator, lookup or both");
  }

  private static byte[] takeEvaluatorKey(Map<String, String> values) {
    String value = values.remove("evaluator.public-key");
    if (value == null || !value.matches("[0-9a-f]{" + 2 * Claims.OPRF_KEY_BYTES + "}")) {
      throw new IllegalArgumentException(
          "the setting evaluator.public-key must be 64 hexadecimal digits");
    }
    return HexFormat.of().parseHex(value);
  }

  private static int take(Map<String, String> values, String key, int least, int most) {
    String value = values.remove(key);
    if (value == null) {
      throw new IllegalArgumentException("the setting " + key + " is missing");
    }
    try {
      int number = Integer.parseInt(value);
      if (number >= least && number <= most) {
        return number;
      }
    } catch (NumberFormatException e) {
      // The sentence below says what is wanted.
    }
    throw new IllegalArgumentException(
        "the setting " + key + " must be a number from " + least + " to " + most);
  }
}
