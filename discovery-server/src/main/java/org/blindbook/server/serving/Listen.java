package org.blindbook.server.serving;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.PemKeyCertOptions;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.blindbook.server.installation.OperatorException;
import org.jspecify.annotations.Nullable;

/**
 * Where and how the server listens, with every limit stated: nothing here is a library's default.
 *
 * @param port 0 for one that is free
 * @param tls null to speak plain HTTP
 */
public record Listen(String host, int port, @Nullable Tls tls, boolean trustedProxy) {
  private static final int MAX_MESSAGE_BYTES = (1 << 20) + (1 << 14);
  private static final int MAX_REQUEST_LINE_BYTES = 2048;
  private static final int MAX_HEADER_BYTES = 8192;
  private static final int CLOSING_SECONDS = 3;
  private static final int TLS_HANDSHAKE_SECONDS = 5;
  private static final int ACCEPT_BACKLOG = 1024;

  /** A free port that only processes on this machine reach. */
  static Listen onLoopback() {
    return new Listen("127.0.0.1", 0, null, false);
  }

  /** A certificate chain and its key, both PEM files. */
  public record Tls(Path certificate, Path key) {}

  /** Says no to plain HTTP on an address that others can reach, unless a proxy was declared. */
  public void requireSafe() throws OperatorException {
    InetAddress address;
    try {
      address = InetAddress.getByName(host);
    } catch (UnknownHostException e) {
      throw new OperatorException(
          "The address given by --host is unknown here: use one of this machine's addresses.", e);
    }
    if (tls == null && !trustedProxy && !address.isLoopbackAddress()) {
      throw new OperatorException(
          "Without TLS the server listens on loopback addresses only: give --tls-cert and"
              + " --tls-key, or set listen.trusted-proxy: true when a proxy in front ends TLS.");
    }
  }

  String url(int actualPort) {
    String address = host.contains(":") ? "[" + host + "]" : host;
    return (tls == null ? "http" : "https") + "://" + address + ":" + actualPort;
  }

  /**
   * @param idle after which a silent connection is cut, whatever it is
   */
  HttpServerOptions options(Duration idle) throws OperatorException {
    HttpServerOptions options = plainOptions(idle);
    if (tls != null) {
      options
          .setSsl(true)
          .setKeyCertOptions(
              new PemKeyCertOptions()
                  .addCertValue(read(tls.certificate(), "--tls-cert"))
                  .addKeyValue(read(tls.key(), "--tls-key")));
    }
    return options;
  }

  /**
   * For one event loop alone, in plain HTTP. Vert.x lets whoever asks for port -1 on one address
   * share a port, whatever they serve there.
   *
   * @param idle as in {@link #options}
   */
  HttpServerOptions optionsOfOneLoop(Duration idle) {
    return plainOptions(idle).setPort(port);
  }

  private HttpServerOptions plainOptions(Duration idle) {
    return new HttpServerOptions()
        .setHost(host)
        // Several event loops share a free port only when it is asked for by -1.
        .setPort(port == 0 ? -1 : port)
        .setAcceptBacklog(ACCEPT_BACKLOG)
        .setTcpNoDelay(true)
        .setTcpKeepAlive(true)
        .setIdleTimeout((int) idle.toSeconds())
        .setMaxInitialLineLength(MAX_REQUEST_LINE_BYTES)
        .setMaxHeaderSize(MAX_HEADER_BYTES)
        .setMaxWebSocketFrameSize(MAX_MESSAGE_BYTES)
        .setMaxWebSocketMessageSize(MAX_MESSAGE_BYTES)
        .setWebSocketClosingTimeout(CLOSING_SECONDS)
        .setSslHandshakeTimeout(TLS_HANDSHAKE_SECONDS)
        .setSslHandshakeTimeoutUnit(TimeUnit.SECONDS)
        // Ciphertext does not compress, and a compressor costs memory on each connection.
        .setPerMessageWebSocketCompressionSupported(false)
        .setPerFrameWebSocketCompressionSupported(false)
        .setHttp2ClearTextEnabled(false)
        .setUseAlpn(false)
        .setLogActivity(false);
  }

  private static Buffer read(Path file, String option) throws OperatorException {
    try {
      return Buffer.buffer(Files.readAllBytes(file));
    } catch (IOException e) {
      throw new OperatorException(
          "The file given by " + option + " cannot be read: check its path and permissions.", e);
    }
  }
}
