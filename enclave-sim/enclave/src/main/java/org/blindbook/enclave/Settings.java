package org.blindbook.enclave;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.blindbook.protocol.Sha256;
import org.blindbook.protocol.message.DiscoveryMode;

/**
 * What a deployment may choose. The host supplies it, so nothing here can weaken a promise; the
 * digest of the exact bytes is attested.
 *
 * <p>UTF-8 text, one {@code key=value} a line. Every key must be there and none besides.
 *
 * @param mode {@code mode}: how lookup keys are made
 * @param channelKeyLifetime {@code channel-key.lifetime-seconds}: 60 to 86,400
 * @param channelKeySessions {@code channel-key.max-sessions}: 1 to 1,000,000
 * @param permitCapacity {@code permits.capacity}: new contacts an account may ask at once, 1 to
 *     10,000,000
 * @param permitRefillPerDay {@code permits.refill-per-day}: 1 to 10,000,000
 * @param maxSessions {@code sessions.max}: 1 to 1,000,000
 * @param digest SHA-256 of the bytes
 */
public record Settings(
    DiscoveryMode mode,
    Duration channelKeyLifetime,
    int channelKeySessions,
    int permitCapacity,
    int permitRefillPerDay,
    int maxSessions,
    byte[] digest) {

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
    if (!"truncated".equals(values.remove("mode"))) {
      throw new IllegalArgumentException("the setting mode must be truncated");
    }
    Settings settings =
        new Settings(
            DiscoveryMode.TRUNCATED,
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
