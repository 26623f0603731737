package org.blindbook.client;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.SocketTimeoutException;
import java.security.cert.CertificateException;
import java.time.Duration;
import java.util.random.RandomGenerator;
import org.blindbook.client.transport.Transport.ClosedException;
import org.blindbook.client.transport.Transport.RefusedException;
import org.blindbook.edge.endpoint.CloseCode;

/** What a connection's unexpected end means to the app. */
final class ServerAnswer {
  private static final int UNAUTHORIZED = 401;
  private static final int FORBIDDEN = 403;
  private static final int TOO_MANY_REQUESTS = 429;
  private static final int INTERNAL_SERVER_ERROR = 500;

  /** WebSocket close codes of RFC 6455, section 7.4, and its registry. */
  private static final int GOING_AWAY = 1001;

  private static final int CLOSED_ABNORMALLY = 1006;
  private static final int INTERNAL_ERROR = 1011;
  private static final int SERVICE_RESTART = 1012;
  private static final int TRY_AGAIN_LATER = 1013;

  private ServerAnswer() {}

  static DiscoveryException toException(IOException failure) {
    if (failure instanceof RefusedException refused) {
      return refused(refused.status(), Duration.ofSeconds(refused.retryAfterSeconds()));
    } else if (failure instanceof ClosedException closed) {
      return closed(
          closed.code(), Duration.ofSeconds(CloseCode.retryAfterSeconds(closed.reason())));
    } else if (failure instanceof SocketTimeoutException) {
      return new DiscoveryException(
          DiscoveryError.NETWORK, "The server did not answer in time.", failure);
    } else if (failure instanceof InterruptedIOException) {
      return interrupted(failure);
    }
    if (isAboutCertificate(failure)) {
      return new DiscoveryException(
          DiscoveryError.UNTRUSTED_SERVER,
          "The server's TLS certificate is not accepted: check the address, and this device's"
              + " date.",
          failure);
    }
    return new DiscoveryException(
        DiscoveryError.NETWORK,
        "The server cannot be reached, or the connection broke: check the address and the network.",
        failure);
  }

  static DiscoveryException interrupted(Exception failure) {
    return new DiscoveryException(
        DiscoveryError.CANCELLED, "The discovery was interrupted.", failure);
  }

  private static boolean isAboutCertificate(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof CertificateException) {
        return true;
      }
    }
    return false;
  }

  private static DiscoveryException refused(int status, Duration retryAfter) {
    if (status == UNAUTHORIZED || status == FORBIDDEN) {
      return unauthenticated();
    } else if (status == TOO_MANY_REQUESTS) {
      return rateLimited(retryAfter);
    } else if (status > INTERNAL_SERVER_ERROR) {
      return overloaded(retryAfter);
    }
    return new DiscoveryException(
        DiscoveryError.PROTOCOL_VIOLATION,
        "The server answered with HTTP status "
            + status
            + " where a discovery service opens a WebSocket: check the address.");
  }

  private static DiscoveryException closed(int code, Duration retryAfter) {
    return switch (CloseCode.of(code).orElse(CloseCode.BAD_REQUEST)) {
      case UNAUTHENTICATED -> unauthenticated();
      case RATE_LIMITED -> rateLimited(retryAfter);
      case OVERLOADED -> overloaded(retryAfter);
      case ENCLAVE_RESTARTING -> restarting(retryAfter);
      case WRONG_EPOCH -> wrongEpoch();
      case NORMAL, BAD_REQUEST -> closedOtherwise(code, retryAfter);
    };
  }

  private static DiscoveryException closedOtherwise(int code, Duration retryAfter) {
    return switch (code) {
      case GOING_AWAY, INTERNAL_ERROR, SERVICE_RESTART -> restarting(retryAfter);
      case TRY_AGAIN_LATER -> overloaded(retryAfter);
      case CLOSED_ABNORMALLY ->
          new DiscoveryException(DiscoveryError.NETWORK, "The connection broke.");
      default ->
          new DiscoveryException(
              DiscoveryError.PROTOCOL_VIOLATION,
              "The server ended the exchange with close code "
                  + code
                  + ": a message was changed on the way, or the app is out of date.");
    };
  }

  private static DiscoveryException unauthenticated() {
    return new DiscoveryException(
        DiscoveryError.UNAUTHENTICATED,
        "The server does not accept the credential: it is wrong or has expired. Get a new one.");
  }

  static DiscoveryException wrongEpoch() {
    return new DiscoveryException(
        DiscoveryError.WRONG_EPOCH,
        "The service uses none of the keys that the policy names, or is changing them now: try"
            + " again later, and if that does not help, update the app or its policy.");
  }

  /**
   * The time to come back at is a regular one: whole days, give or take a quarter at random. To
   * come back when the permits suffice would tell the host how many were missing.
   *
   * @param seconds until the permits suffice, 0 for never
   */
  static DiscoveryException quotaExhausted(int seconds, RandomGenerator random) {
    if (seconds == 0) {
      return new DiscoveryException(
          DiscoveryError.QUOTA_EXHAUSTED,
          "These are more new contacts than this account may ever ask for at once.",
          Duration.ZERO);
    }
    long days = 1 + (seconds - 1) / Duration.ofDays(1).toSeconds();
    long quarter = Duration.ofDays(days).toSeconds() / 4;
    Duration retryAfter = Duration.ofDays(days).plusSeconds(random.nextLong(-quarter, quarter + 1));
    return new DiscoveryException(
        DiscoveryError.QUOTA_EXHAUSTED,
        "This account has not enough permits left for its new contacts." + tryAgain(retryAfter),
        retryAfter);
  }

  private static DiscoveryException rateLimited(Duration retryAfter) {
    return of(DiscoveryError.RATE_LIMITED, retryAfter);
  }

  private static DiscoveryException overloaded(Duration retryAfter) {
    return of(DiscoveryError.OVERLOADED, retryAfter);
  }

  private static DiscoveryException restarting(Duration retryAfter) {
    return of(DiscoveryError.RESTARTING, retryAfter);
  }

  /**
   * A failure that has nothing to do with this call.
   *
   * @param error {@link DiscoveryError#RATE_LIMITED}, {@link DiscoveryError#OVERLOADED} or {@link
   *     DiscoveryError#RESTARTING}
   */
  static DiscoveryException of(DiscoveryError error, Duration retryAfter) {
    String sentence =
        switch (error) {
          case RATE_LIMITED -> "This account connects too often.";
          case OVERLOADED -> "The service is at its limit.";
          default -> "The service is being restarted.";
        };
    return new DiscoveryException(error, sentence, retryAfter);
  }

  /** A sentence to append; rounds up. */
  static String tryAgain(Duration retryAfter) {
    if (retryAfter.toMinutes() < 2) {
      return " Try again in " + Math.max(1, retryAfter.toSeconds()) + " seconds.";
    } else if (retryAfter.toHours() < 2) {
      return " Try again in " + retryAfter.plusSeconds(59).toMinutes() + " minutes.";
    }
    return " Try again in " + retryAfter.plusMinutes(59).toHours() + " hours.";
  }
}
