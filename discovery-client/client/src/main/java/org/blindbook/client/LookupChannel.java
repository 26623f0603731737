package org.blindbook.client;

import java.io.IOException;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.blindbook.client.RelyingParty.TrustedEnclave;
import org.blindbook.client.transport.Transport.RefusedException;
import org.blindbook.edge.endpoint.Headers;
import org.blindbook.edge.message.DiscoveryRequestWriter;
import org.blindbook.edge.message.ReceivedResults;
import org.blindbook.edge.message.ReceivedTokenReply;
import org.blindbook.protocol.message.MalformedMessageException;

/**
 * A verified connection to the enclave that looks up, for one lookup: {@link #ask}, then {@link
 * Answer#results}; results cannot be had before the token.
 */
final class LookupChannel implements AutoCloseable {
  private static final int NOT_FOUND = 404;
  private static final int GONE = 410;

  private final AttestedChannel channel;

  private LookupChannel(AttestedChannel channel) {
    this.channel = channel;
  }

  /**
   * @param credential for this connection
   * @param heldCollateral collateral seen earlier, or empty
   */
  static LookupChannel open(Setup setup, String credential, byte[] heldCollateral)
      throws DiscoveryException {
    try {
      return connect(setup, setup.lookup(), credential, Map.of(), heldCollateral);
    } catch (IOException e) {
      throw ServerAnswer.toException(e);
    }
  }

  /**
   * To the enclave that has recent registrations only.
   *
   * @param since the time of the first change that the client misses
   * @return empty when the service has no such enclave, or none with all changes since then
   */
  static Optional<LookupChannel> openRecent(
      Setup setup, String credential, Instant since, byte[] heldCollateral)
      throws DiscoveryException {
    Map<String, String> sinceThen = Map.of(Headers.SINCE, Long.toString(since.getEpochSecond()));
    try {
      return Optional.of(
          connect(setup, setup.recents().service(), credential, sinceThen, heldCollateral));
    } catch (IOException e) {
      if (e instanceof RefusedException refused
          && (refused.status() == NOT_FOUND || refused.status() == GONE)) {
        return Optional.empty();
      }
      throw ServerAnswer.toException(e);
    }
  }

  private static LookupChannel connect(
      Setup setup,
      Service service,
      String credential,
      Map<String, String> besides,
      byte[] heldCollateral)
      throws IOException, DiscoveryException {
    return new LookupChannel(
        AttestedChannel.open(
            setup, service, credential, besides, service.relyingParty().epochs(), heldCollateral));
  }

  TrustedEnclave enclave() {
    return channel.enclave();
  }

  /** The enclave's answer to a request. Store its token, then ask for the results, in any case. */
  final class Answer {
    private final ReceivedTokenReply reply;
    private final int capacity;

    private Answer(ReceivedTokenReply reply, int capacity) {
      this.reply = reply;
      this.capacity = capacity;
    }

    ReceivedTokenReply reply() {
      return reply;
    }

    /** Tells the enclave that the token is stored, and waits for the results. */
    ReceivedResults results() throws DiscoveryException {
      byte[] results = channel.acknowledge();
      try {
        return ReceivedResults.decode(results, capacity);
      } catch (MalformedMessageException e) {
        throw AttestedChannel.malformed(e);
      }
    }
  }

  /**
   * Sends the request and waits for the answer. The request's bytes are wiped.
   *
   * @leaks the request's size class, to whoever sees the ciphertext
   */
  Answer ask(DiscoveryRequestWriter request) throws DiscoveryException {
    try {
      return new Answer(channel.ask(request.encoded()), request.capacity());
    } catch (IOException e) {
      throw ServerAnswer.toException(e);
    } finally {
      request.wipe();
    }
  }

  @Override
  public void close() {
    channel.close();
  }
}
