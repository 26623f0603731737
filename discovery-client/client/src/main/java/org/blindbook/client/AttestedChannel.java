package org.blindbook.client;

import static org.blindbook.client.DiscoveryError.PROTOCOL_VIOLATION;
import static org.blindbook.client.DiscoveryError.UNTRUSTED_SERVER;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.blindbook.client.RelyingParty.TrustedEnclave;
import org.blindbook.client.transport.Transport;
import org.blindbook.edge.channel.ClientHandshake;
import org.blindbook.edge.endpoint.Headers;
import org.blindbook.edge.message.AcknowledgementWriter;
import org.blindbook.edge.message.ReceivedOffer;
import org.blindbook.edge.message.ReceivedTokenReply;
import org.blindbook.protocol.Sha256;
import org.blindbook.protocol.message.Claims;
import org.blindbook.protocol.message.MalformedMessageException;
import org.blindbook.protocol.noise.NoiseException;
import org.blindbook.protocol.noise.Prologue;
import org.blindbook.protocol.noise.SecureChannel;

/**
 * One connection to an enclave that has been verified. An object of this class is the proof of it:
 * there is no other way to get one, and no other way to send a request. What is asked over it is
 * the business of {@link LookupChannel} and {@link EvaluationChannel}; both go request, token
 * reply, acknowledgement, answer, once in a connection.
 */
final class AttestedChannel implements AutoCloseable {
  private final Transport.Connection connection;
  private final Duration timeout;
  private final TrustedEnclave enclave;
  private final SecureChannel channel;

  private AttestedChannel(
      Transport.Connection connection,
      Duration timeout,
      TrustedEnclave enclave,
      SecureChannel channel) {
    this.connection = connection;
    this.timeout = timeout;
    this.enclave = enclave;
    this.channel = channel;
  }

  /**
   * Connects, verifies, shakes hands. Nothing about contacts, not even how many there are, is an
   * input of this method.
   *
   * @param besides headers of the upgrade besides the usual ones
   * @param epochs one of which the enclave should be of, ascending; empty for any
   * @param heldCollateral collateral seen earlier, or empty
   * @throws IOException when the server refused, ended the connection, or could not be reached
   */
  static AttestedChannel open(
      Setup setup,
      Service service,
      String credential,
      Map<String, String> besides,
      List<Integer> epochs,
      byte[] heldCollateral)
      throws IOException, DiscoveryException {
    if (Thread.currentThread().isInterrupted()) {
      throw new InterruptedIOException("interrupted before connecting");
    }
    byte[] nonce = setup.randomBytes(Claims.NONCE_BYTES);
    Map<String, String> headers = headers(credential, nonce, epochs, heldCollateral);
    headers.putAll(besides);
    Transport.Connection connection = null;
    try {
      connection = setup.transport().connect(service.endpoint(), headers, setup.connect());
      ReceivedOffer offer = ReceivedOffer.decode(connection.receive(setup.connect()));
      TrustedEnclave enclave =
          service.relyingParty().trust(offer, nonce, heldCollateral, setup.clock().instant());
      ClientHandshake handshake =
          new ClientHandshake(
              enclave.claims().channelKey(),
              Prologue.of(enclave.claims().digest()),
              setup.random());
      connection.send(handshake.writeMessage1(), setup.response());
      SecureChannel channel = handshake.readMessage2(connection.receive(setup.response()));
      AttestedChannel open = new AttestedChannel(connection, setup.response(), enclave, channel);
      connection = null;
      return open;
    } catch (MalformedMessageException e) {
      throw malformed(e);
    } catch (NoiseException e) {
      throw new DiscoveryException(
          UNTRUSTED_SERVER, "The server does not hold the key that its evidence names.", e);
    } finally {
      if (connection != null) {
        connection.close();
      }
    }
  }

  private static Map<String, String> headers(
      String credential, byte[] nonce, List<Integer> epochs, byte[] heldCollateral) {
    HexFormat hex = HexFormat.of();
    Map<String, String> headers = new LinkedHashMap<>();
    headers.put(Headers.AUTHORIZATION, Headers.CLIENT_SCHEME + " " + credential);
    headers.put(Headers.NONCE, hex.formatHex(nonce));
    if (!epochs.isEmpty()) {
      headers.put(
          Headers.EPOCHS, epochs.stream().map(String::valueOf).collect(Collectors.joining(",")));
    }
    if (heldCollateral.length != 0) {
      headers.put(Headers.COLLATERAL, hex.formatHex(Sha256.of(heldCollateral)));
    }
    return headers;
  }

  TrustedEnclave enclave() {
    return enclave;
  }

  /**
   * Sends a request and waits for what it costs.
   *
   * @param request stays the caller's, who wipes it
   * @throws Transport.ClosedException when the server ended the session instead
   */
  ReceivedTokenReply ask(byte[] request) throws IOException, DiscoveryException {
    connection.send(channel.seal(request), timeout);
    try {
      return ReceivedTokenReply.decode(receive());
    } catch (MalformedMessageException e) {
      throw malformed(e);
    }
  }

  /** Tells the enclave that its token is stored, and waits for the answer. */
  byte[] acknowledge() throws DiscoveryException {
    try {
      connection.send(channel.seal(AcknowledgementWriter.encode()), timeout);
      return receive();
    } catch (IOException e) {
      throw ServerAnswer.toException(e);
    }
  }

  private byte[] receive() throws IOException, DiscoveryException {
    try {
      return channel.open(connection.receive(timeout));
    } catch (NoiseException e) {
      throw new DiscoveryException(
          PROTOCOL_VIOLATION, "A message of the enclave was changed on the way.", e);
    }
  }

  static DiscoveryException malformed(MalformedMessageException e) {
    return new DiscoveryException(
        PROTOCOL_VIOLATION,
        "The server sent a message this client does not understand: update the app.",
        e);
  }

  @Override
  public void close() {
    channel.wipe();
    connection.close();
  }
}
