package org.blindbook.client;

import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import org.blindbook.client.transport.Transport;
import org.jspecify.annotations.Nullable;

/**
 * Everything a discovery is done with, fixed when the client is built.
 *
 * @param lookup where contacts are looked up
 * @param recents where and for how long recent registrations suffice
 * @param evaluator where contacts are evaluated, in blinded mode; null in truncated mode
 * @param states how stored states are read and written
 * @param connect how long opening a connection may take, and again its first message, the offer
 * @param response how long each later message of the server may take
 */
record Setup(
    Service lookup,
    Recents recents,
    @Nullable Service evaluator,
    StateFile states,
    Transport transport,
    Duration connect,
    Duration response,
    Retries retries,
    Retries.Pause pause,
    Clock clock,
    SecureRandom random,
    DiscoveryProgress progress) {

  byte[] randomBytes(int count) {
    byte[] bytes = new byte[count];
    random.nextBytes(bytes);
    return bytes;
  }
}
