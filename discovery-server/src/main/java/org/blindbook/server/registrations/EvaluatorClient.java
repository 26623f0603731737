package org.blindbook.server.registrations;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.apache.commons.codec.binary.Hex;
import org.blindbook.edge.endpoint.Headers;
import org.blindbook.edge.endpoint.Paths;
import org.blindbook.edge.message.ReceivedClaims;
import org.blindbook.edge.message.ReceivedOffer;
import org.blindbook.protocol.message.MalformedMessageException;
import org.blindbook.server.auth.LoadCredential;

/** Speaks with an evaluator's server. May be used by many threads. */
final class EvaluatorClient implements AutoCloseable {
  private static final Duration TIMEOUT = Duration.ofSeconds(60);
  private static final int ATTEMPTS = 30;
  private static final int LONGEST_WAIT_SECONDS = 30;

  private final URI server;
  private final String authorization;
  private final int epoch;
  private final byte[] publicKey;
  private final HttpClient http =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1) // bodies one after the other: nothing to multiplex
          .connectTimeout(TIMEOUT)
          .build();

  /**
   * Asks the evaluator who it is.
   *
   * @param publicKey of the evaluator, in hexadecimal, if it is known
   * @throws LoadException when it does not answer now, serves another epoch, or is another one
   */
  EvaluatorClient(URI server, String credential, int epoch, Optional<String> publicKey)
      throws LoadException {
    this.server = server;
    this.authorization = LoadCredential.header(credential);
    this.epoch = epoch;
    this.publicKey = claimedKey();
    String claimed = Hex.encodeHexString(this.publicKey);
    if (!publicKey.orElse(claimed).equals(claimed)) {
      throw new LoadException(
          "The evaluator at "
              + server
              + " has another public key than this installation was started with.");
    }
  }

  int epoch() {
    return epoch;
  }

  /** Of the evaluator, encoded: the one that is known, or else what it said at first. */
  byte[] publicKey() {
    return publicKey.clone();
  }

  private byte[] claimedKey() throws LoadException {
    String query = "?" + Headers.EPOCH_PARAMETER + "=" + epoch;
    HttpRequest request =
        HttpRequest.newBuilder(server.resolve(Paths.EVALUATION_OFFER + query))
            .timeout(TIMEOUT)
            .build();
    try {
      ReceivedClaims claims =
          ReceivedClaims.decode(ReceivedOffer.decode(send(request, 1)).claims());
      if (claims.epoch() != epoch) {
        throw wrongEpoch();
      }
      return claims.oprfPublicKey();
    } catch (MalformedMessageException e) {
      throw new LoadException("There is no Blindbook evaluator at " + server + ".", e);
    }
  }

  /**
   * Has elements evaluated.
   *
   * @param body an evaluation request
   * @return the answer, whatever it is
   */
  byte[] evaluate(byte[] body) throws LoadException {
    return send(
        HttpRequest.newBuilder(server.resolve(Paths.BULK_EVALUATION))
            .timeout(TIMEOUT)
            .header(Headers.AUTHORIZATION, authorization)
            .POST(BodyPublishers.ofByteArray(body))
            .build(),
        ATTEMPTS);
  }

  /** Waits where the evaluator says so, and asks again where the connection breaks. */
  private byte[] send(HttpRequest request, int attempts) throws LoadException {
    LoadException last = null;
    try {
      for (int attempt = 0; last == null || attempt < attempts; attempt++) {
        try {
          HttpResponse<byte[]> answer = http.send(request, BodyHandlers.ofByteArray());
          if (answer.statusCode() == 200) {
            return answer.body();
          }
          long seconds = waitingTime(answer);
          last =
              new LoadException(
                  "The evaluator at " + server + " is not ready: try again once it is.");
          TimeUnit.SECONDS.sleep(attempt + 1 < attempts ? seconds : 0);
        } catch (IOException e) {
          last =
              new LoadException(
                  "The evaluator at "
                      + server
                      + " cannot be reached: start it, or correct --evaluator.",
                  e);
          TimeUnit.SECONDS.sleep(attempt + 1 < attempts ? 1 : 0);
        }
      }
      throw last;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new LoadException("The load was interrupted.", e);
    }
  }

  private long waitingTime(HttpResponse<byte[]> answer) throws LoadException {
    long seconds = answer.headers().firstValueAsLong(Headers.RETRY_AFTER).orElse(1);
    int status = answer.statusCode();
    if (status == 503) {
      return Math.min(seconds, LONGEST_WAIT_SECONDS);
    }
    if (status == 429 && seconds <= LONGEST_WAIT_SECONDS) {
      return seconds;
    }
    throw failure(status);
  }

  private LoadException failure(int status) {
    return switch (status) {
      case 400, 413 ->
          new LoadException(
              "The evaluator at "
                  + server
                  + " does not understand this version of blindbook load: use the version that"
                  + " serves there.");
      case 401 ->
          new LoadException(
              "The evaluator does not accept the load credential: mint a new one where it runs"
                  + " (blindbook credential --load) and give it with --evaluator-credential.");
      case 409 -> wrongEpoch();
      case 404 -> new LoadException("There is no Blindbook evaluator at " + server + ".");
      case 429 ->
          new LoadException(
              "The evaluator's limit for today is reached: load the same file again later, it goes"
                  + " on where it was.");
      default ->
          new LoadException(
              "The evaluator at "
                  + server
                  + " answered with HTTP status "
                  + status
                  + ": check the address.");
    };
  }

  private LoadException wrongEpoch() {
    return new LoadException(
        "The evaluator at " + server + " serves another epoch than " + epoch + ".");
  }

  /** What came back is not what was asked for. */
  LoadException wrongAnswer() {
    return new LoadException(
        "The evaluator at "
            + server
            + " did not evaluate with the key that this installation was started with: nothing of"
            + " its answer was loaded. Ask its operator.");
  }

  @Override
  public void close() {
    http.shutdownNow();
  }
}
