package org.blindbook.client;

import java.net.URI;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.function.Supplier;
import org.blindbook.client.state.StateStore;
import org.blindbook.client.transport.Transport;

/**
 * Everything a discovery is done with, fixed when the client is built.
 *
 * @param server the discovery endpoint, {@code ws} or {@code wss}
 * @param connect how long opening a connection may take, and again its first message, the offer
 * @param response how long each later message of the server may take
 */
record Setup(
    URI server,
    RelyingParty relyingParty,
    Supplier<String> credentials,
    StateStore store,
    Transport transport,
    Duration connect,
    Duration response,
    Retries retries,
    Retries.Pause pause,
    Clock clock,
    SecureRandom random) {

  byte[] randomBytes(int count) {
    byte[] bytes = new byte[count];
    random.nextBytes(bytes);
    return bytes;
  }
}
