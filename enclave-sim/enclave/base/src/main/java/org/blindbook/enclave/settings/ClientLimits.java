package org.blindbook.enclave.settings;

import java.time.Duration;

/**
 * What every enclave is told about its clients.
 *
 * @param channelKeyLifetime {@code channel-key.lifetime-seconds}: 60 to 86,400
 * @param channelKeySessions {@code channel-key.max-sessions}: 1 to 1,000,000
 * @param permitCapacity {@code permits.capacity}: new contacts an account may ask at once, 1 to
 *     10,000,000
 * @param permitRefillPerDay {@code permits.refill-per-day}: 1 to 10,000,000
 * @param maxSessions {@code sessions.max}: 1 to 1,000,000
 */
public record ClientLimits(
    Duration channelKeyLifetime,
    int channelKeySessions,
    int permitCapacity,
    int permitRefillPerDay,
    int maxSessions) {

  /**
   * @throws IllegalArgumentException with a plain sentence, when one is missing or out of range
   */
  public static ClientLimits take(Settings settings) {
    return new ClientLimits(
        Duration.ofSeconds(settings.take("channel-key.lifetime-seconds", 60, 86_400)),
        settings.take("channel-key.max-sessions", 1, 1_000_000),
        settings.take("permits.capacity", 1, 10_000_000),
        settings.take("permits.refill-per-day", 1, 10_000_000),
        settings.take("sessions.max", 1, 1_000_000));
  }
}
