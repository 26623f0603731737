package org.blindbook.auditor.timing.service.client;

import java.io.IOException;
import java.net.URI;
import java.security.SecureRandom;
import java.util.Map;
import org.apache.commons.codec.binary.Hex;
import org.blindbook.edge.channel.ClientHandshake;
import org.blindbook.edge.endpoint.CloseCode;
import org.blindbook.edge.endpoint.Headers;
import org.blindbook.edge.message.ReceivedClaims;
import org.blindbook.edge.message.ReceivedOffer;
import org.blindbook.protocol.message.Claims;
import org.blindbook.protocol.message.MalformedMessageException;
import org.blindbook.protocol.noise.NoiseException;
import org.blindbook.protocol.noise.Prologue;
import org.blindbook.protocol.noise.SecureChannel;

/**
 * A client's connection to an enclave, message by message, with the handshake behind it. It asks
 * for evidence as clients do, but verifies none: the service was started by whoever asks.
 */
final class Session implements AutoCloseable {
  private final WebSocketConnection connection;
  private final SecureChannel channel;

  private Session(WebSocketConnection connection, SecureChannel channel) {
    this.connection = connection;
    this.channel = channel;
  }

  /**
   * @param path of the enclave's endpoint
   */
  static Session open(URI server, String path, String credential, SecureRandom random)
      throws IOException {
    byte[] nonce = new byte[Claims.NONCE_BYTES];
    random.nextBytes(nonce);
    Map<String, String> headers =
        Map.of(
            Headers.AUTHORIZATION,
            Headers.CLIENT_SCHEME + " " + credential,
            Headers.NONCE,
            Hex.encodeHexString(nonce));
    WebSocketConnection connection = new WebSocketConnection(server, path, headers);
    boolean open = false;
    try {
      ReceivedClaims claims =
          ReceivedClaims.decode(ReceivedOffer.decode(connection.read()).claims());
      ClientHandshake handshake =
          new ClientHandshake(claims.channelKey(), Prologue.of(claims.digest()), random);
      connection.write(connection.frame(handshake.writeMessage1()));
      Session session = new Session(connection, handshake.readMessage2(connection.read()));
      open = true;
      return session;
    } catch (MalformedMessageException | NoiseException e) {
      throw new IOException("the enclave's handshake cannot be understood", e);
    } finally {
      if (!open) {
        connection.close();
      }
    }
  }

  /** The next message to the enclave, sealed, as {@link #write} takes it. */
  byte[] seal(byte[] plaintext) {
    return connection.frame(channel.seal(plaintext));
  }

  void write(byte[] sealed) throws IOException {
    connection.write(sealed);
  }

  /** Waits for the enclave's next message, which is still sealed. */
  byte[] read() throws IOException {
    return connection.read();
  }

  byte[] open(byte[] sealed) throws IOException {
    try {
      return channel.open(sealed);
    } catch (NoiseException e) {
      throw new IOException("a message of the enclave was changed on the way", e);
    }
  }

  /** Waits for the end of the connection, which the server closes after the last message. */
  void awaitEnd() throws IOException {
    int code = connection.awaitClose();
    if (code != CloseCode.NORMAL.code()) {
      throw new IOException("the server closed the connection with code " + code);
    }
  }

  @Override
  public void close() {
    channel.wipe();
    connection.close();
  }
}
