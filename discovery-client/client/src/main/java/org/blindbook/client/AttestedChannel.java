package org.blindbook.client;

import static org.blindbook.client.DiscoveryError.PROTOCOL_VIOLATION;
import static org.blindbook.client.DiscoveryError.UNTRUSTED_SERVER;

import java.io.IOException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.blindbook.client.RelyingParty.TrustedEnclave;
import org.blindbook.client.transport.Transport;
import org.blindbook.protocol.Sha256;
import org.blindbook.protocol.message.Acknowledgement;
import org.blindbook.protocol.message.Claims;
import org.blindbook.protocol.message.CloseCode;
import org.blindbook.protocol.message.DiscoveryRequest;
import org.blindbook.protocol.message.EvaluationReply;
import org.blindbook.protocol.message.EvaluationRequest;
import org.blindbook.protocol.message.MalformedMessageException;
import org.blindbook.protocol.message.Offer;
import org.blindbook.protocol.message.Results;
import org.blindbook.protocol.message.TokenReply;
import org.blindbook.protocol.noise.ClientHandshake;
import org.blindbook.protocol.noise.NoiseException;
import org.blindbook.protocol.noise.Prologue;
import org.blindbook.protocol.noise.SecureChannel;

/**
 * One connection to an enclave that has been verified. An object of this class is the proof of it:
 * there is no other way to get one, and no other way to send a request. The exchange goes {@link
 * #open}, perhaps {@link #evaluate} and {@link Charged#reply}, then {@link #ask} and {@link
 * Granted#results}; results cannot be had before the token.
 */
final class AttestedChannel implements AutoCloseable {
  private final Transport.Connection connection;
  private final Duration timeout;
  private final TrustedEnclave enclave;
  private final SecureChannel channel;
  private boolean open = true;

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
   * @param epochs one of which the enclave should be of, ascending; empty for any
   * @param heldCollateral collateral seen earlier, or empty
   */
  static AttestedChannel open(
      Setup setup, Service service, String credential, List<Integer> epochs, byte[] heldCollateral)
      throws DiscoveryException {
    byte[] nonce = setup.randomBytes(Claims.NONCE_BYTES);
    Transport.Connection connection = null;
    try {
      connection =
          setup
              .transport()
              .connect(
                  service.endpoint(),
                  headers(credential, nonce, epochs, heldCollateral),
                  setup.connect());
      Offer offer = Offer.decode(connection.receive(setup.connect()));
      TrustedEnclave enclave =
          service.relyingParty().trust(offer, nonce, heldCollateral, setup.clock().instant());
      ClientHandshake handshake =
          new ClientHandshake(
              enclave.claims().channelKey(), Prologue.of(enclave.claims()), setup.random());
      connection.send(handshake.writeMessage1(), setup.response());
      SecureChannel channel = handshake.readMessage2(connection.receive(setup.response()));
      AttestedChannel open = new AttestedChannel(connection, setup.response(), enclave, channel);
      connection = null;
      return open;
    } catch (IOException e) {
      throw ServerAnswer.toException(e);
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
    headers.put("Authorization", "Blindbook " + credential);
    headers.put("Blindbook-Nonce", hex.formatHex(nonce));
    if (!epochs.isEmpty()) {
      headers.put(
          "Blindbook-Epochs",
          epochs.stream().map(String::valueOf).collect(Collectors.joining(",")));
    }
    if (heldCollateral.length != 0) {
      headers.put("Blindbook-Collateral", hex.formatHex(Sha256.of(heldCollateral)));
    }
    return headers;
  }

  TrustedEnclave enclave() {
    return enclave;
  }

  /** The enclave's answer to a request, before any result. */
  sealed interface Answer permits Granted, Refused, TokenInvalid {}

  /** The enclave's answer to an evaluation request, before any element. */
  sealed interface EvaluationAnswer permits Charged, Refused {}

  /** The account's permits do not cover the new contacts; nothing was charged. */
  record Refused(Duration retryAfter) implements Answer, EvaluationAnswer {}

  /** The token does not prove what the request says is paid; nothing was charged. */
  record TokenInvalid() implements Answer {}

  /** The request is paid for. Store the token, then ask for the results. */
  final class Granted implements Answer {
    private final TokenReply reply;
    private final int capacity;

    private Granted(TokenReply reply, int capacity) {
      this.reply = reply;
      this.capacity = capacity;
    }

    byte[] token() {
      return reply.token();
    }

    int charged() {
      return reply.charged();
    }

    /** Tells the enclave that the token is stored, and waits for the results. */
    Results results() throws DiscoveryException {
      byte[] results = acknowledge();
      try {
        return Results.decode(results, capacity);
      } catch (MalformedMessageException e) {
        throw malformed(e);
      }
    }
  }

  /** The evaluation is paid for. */
  final class Charged implements EvaluationAnswer {
    private final int charged;
    private final int capacity;
    private final int epoch;

    private Charged(int charged, int capacity, int epoch) {
      this.charged = charged;
      this.capacity = capacity;
      this.epoch = epoch;
    }

    int charged() {
      return charged;
    }

    /** Waits for the evaluated elements, which nothing but their proof vouches for. */
    EvaluationReply reply() throws DiscoveryException {
      byte[] reply = acknowledge();
      try {
        return EvaluationReply.decode(reply, capacity, epoch);
      } catch (MalformedMessageException e) {
        throw malformed(e);
      }
    }
  }

  private byte[] acknowledge() throws DiscoveryException {
    try {
      connection.send(channel.seal(Acknowledgement.encode()), timeout);
      return receive();
    } catch (IOException e) {
      throw ServerAnswer.toException(e);
    }
  }

  /**
   * Sends an evaluation request, once at most and before any lookup. The request's bytes are wiped.
   *
   * @leaks the request's size class, to whoever sees the ciphertext
   */
  EvaluationAnswer evaluate(EvaluationRequest request) throws DiscoveryException {
    int capacity = request.capacity();
    int epoch = request.epoch();
    byte[] sealed = channel.seal(request.encoded());
    request.wipe();
    try {
      TokenReply reply = tokenReply(sealed);
      return reply.granted()
          ? new Charged(reply.charged(), capacity, epoch)
          : new Refused(Duration.ofSeconds(reply.retryAfterSeconds()));
    } catch (IOException e) {
      throw ServerAnswer.toException(e);
    }
  }

  private TokenReply tokenReply(byte[] sealedRequest) throws IOException, DiscoveryException {
    connection.send(sealedRequest, timeout);
    try {
      return TokenReply.decode(receive());
    } catch (MalformedMessageException e) {
      throw malformed(e);
    }
  }

  /**
   * Sends a request and waits for the answer. The request's bytes are wiped.
   *
   * @leaks the request's size class, to whoever sees the ciphertext
   */
  Answer ask(DiscoveryRequest request) throws DiscoveryException {
    byte[] sealed = channel.seal(request.encoded());
    request.wipe();
    try {
      TokenReply reply = tokenReply(sealed);
      return reply.granted()
          ? new Granted(reply, request.capacity())
          : new Refused(Duration.ofSeconds(reply.retryAfterSeconds()));
    } catch (Transport.ClosedException e) {
      if (e.code() == CloseCode.INVALID_TOKEN.code()) {
        return new TokenInvalid();
      }
      throw ServerAnswer.toException(e);
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

  private static DiscoveryException malformed(MalformedMessageException e) {
    return new DiscoveryException(
        PROTOCOL_VIOLATION,
        "The server sent a message this client does not understand: update the app.",
        e);
  }

  boolean isOpen() {
    return open;
  }

  @Override
  public void close() {
    if (open) {
      open = false;
      channel.wipe();
      connection.close();
    }
  }
}
