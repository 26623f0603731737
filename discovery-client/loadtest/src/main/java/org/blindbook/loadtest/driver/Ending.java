package org.blindbook.loadtest.driver;

import io.netty.channel.ConnectTimeoutException;
import io.vertx.core.http.UpgradeRejectedException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import javax.net.ssl.SSLException;
import org.blindbook.edge.endpoint.CloseCode;
import org.blindbook.edge.endpoint.Headers;
import org.blindbook.loadtest.measurement.Outcome;
import org.jspecify.annotations.Nullable;

/** What it means that a connection did not come about, or ended. */
final class Ending {
  private static final int TOO_MANY_REQUESTS = 429;
  private static final int UNAVAILABLE = 503;
  private static final int INTERNAL_SERVER_ERROR = 500;
  private static final int GOING_AWAY = 1001;

  private Ending() {}

  /** Of an upgrade that failed. */
  static Outcome ofUpgrade(Throwable failure) {
    if (failure instanceof UpgradeRejectedException rejected) {
      return ofStatus(rejected.getStatus(), rejected.getHeaders().get(Headers.RETRY_AFTER));
    }
    // Netty wraps these, and writes addresses into their texts.
    String cause =
        switch (failure) {
          case ConnectTimeoutException _ -> "no connection in time";
          case BindException _ -> "no local port is left (the generator's fault)";
          case ConnectException _ -> "connection refused";
          case UnknownHostException _ -> "the host is unknown";
          case SSLException _ -> "TLS failed";
          default -> ofBroken(failure);
        };
    return new Outcome.Failed(cause, true);
  }

  /** Of a connection that broke. */
  static String ofBroken(Throwable failure) {
    String text = String.valueOf(failure.getMessage());
    return text.contains("Too many open files")
        ? "no descriptor is left (the generator's fault)"
        : "the connection broke";
  }

  private static Outcome ofStatus(int status, @Nullable String retryAfter) {
    String reason = "HTTP " + status;
    return status == TOO_MANY_REQUESTS || status == UNAVAILABLE
        ? new Outcome.Refused(reason, seconds(retryAfter), true)
        : new Outcome.Failed(reason, status >= INTERNAL_SERVER_ERROR);
  }

  /** 0 for anything but seconds. */
  private static int seconds(@Nullable String header) {
    return header != null && header.matches("[0-9]{1,9}") ? Integer.parseInt(header) : 0;
  }

  /**
   * Of a WebSocket that closed before its results.
   *
   * @param code null when the connection broke
   */
  static Outcome ofClose(@Nullable Short code, @Nullable String reason) {
    if (code == null) {
      return new Outcome.Failed("the connection broke", true);
    }
    int number = code & 0xffff;
    if (number == GOING_AWAY) {
      return new Outcome.Refused("1001 GOING_AWAY", 0, true);
    }
    CloseCode known = CloseCode.of(number).orElse(null);
    if (known == null) {
      return new Outcome.Failed("close code " + number, true);
    }
    String name = number + " " + known;
    return known.retryable()
        ? new Outcome.Refused(name, CloseCode.retryAfterSeconds(reason == null ? "" : reason), true)
        : new Outcome.Failed(name, false);
  }
}
