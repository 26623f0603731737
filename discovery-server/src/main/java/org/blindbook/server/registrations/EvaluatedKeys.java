package org.blindbook.server.registrations;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.blindbook.protocol.calls.IdentifierBatch;
import org.blindbook.protocol.identifier.Identifier;
import org.blindbook.protocol.identifier.LookupKey;
import org.blindbook.protocol.message.Claims;
import org.blindbook.protocol.message.MalformedMessageException;
import org.blindbook.protocol.message.Offer;
import org.blindbook.server.auth.LoadCredential;

/** Lookup keys of mode blinded: an evaluator's server makes them, many batches at once. */
public final class EvaluatedKeys implements LookupKeys {
  private static final Duration TIMEOUT = Duration.ofSeconds(60);
  private static final int ATTEMPTS = 30;
  private static final int LONGEST_WAIT_SECONDS = 30;

  private final URI evaluator;
  private final String authorization;
  private final int epoch;
  private final int parallelism = 2 * Runtime.getRuntime().availableProcessors();
  private final ExecutorService threads =
      Executors.newFixedThreadPool(
          parallelism, work -> Thread.ofPlatform().daemon().name("evaluation").unstarted(work));
  private final HttpClient http = HttpClient.newBuilder().connectTimeout(TIMEOUT).build();

  /**
   * @param evaluator the address of its server
   * @param credential minted by {@link LoadCredential}
   */
  public EvaluatedKeys(URI evaluator, String credential, int epoch) {
    this.evaluator = evaluator;
    this.authorization = LoadCredential.header(credential);
    this.epoch = epoch;
  }

  /**
   * Asks the evaluator who it is.
   *
   * @param publicKey of the evaluator whose keys are wanted, if it is known
   * @throws LoadException when it serves another epoch, or is another one
   */
  public void check(Optional<String> publicKey) throws LoadException {
    try {
      HttpResponse<byte[]> answer =
          http.send(
              HttpRequest.newBuilder(
                      evaluator.resolve("/v1/offer?epoch=" + epoch + "&nonce=" + "0".repeat(64)))
                  .timeout(TIMEOUT)
                  .build(),
              BodyHandlers.ofByteArray());
      if (answer.statusCode() == 409) {
        throw wrongEpoch();
      }
      if (answer.statusCode() != 200) {
        throw new LoadException(
            "The evaluator at " + evaluator + " is not ready: try again once it is.");
      }
      Claims claims = Claims.decode(Offer.decode(answer.body()).claims());
      if (claims.epoch() != epoch) {
        throw wrongEpoch();
      }
      String seen = HexFormat.of().formatHex(claims.oprfPublicKey());
      if (!publicKey.orElse(seen).equals(seen)) {
        throw new LoadException(
            "The evaluator at "
                + evaluator
                + " has another public key than this installation was started with.");
      }
    } catch (MalformedMessageException e) {
      throw new LoadException("There is no Blindbook server at " + evaluator + ".", e);
    } catch (IOException e) {
      throw unreachable(e);
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  private LoadException wrongEpoch() {
    return new LoadException(
        "The evaluator at " + evaluator + " serves another epoch than " + epoch + ".");
  }

  private LoadException unreachable(IOException e) {
    return new LoadException(
        "The evaluator at " + evaluator + " cannot be reached: start it, or correct --evaluator.",
        e);
  }

  private static LoadException interrupted(InterruptedException e) {
    Thread.currentThread().interrupt();
    return new LoadException("The load was interrupted.", e);
  }

  @Override
  public int parallelism() {
    return parallelism;
  }

  @Override
  public CompletableFuture<byte[]> keysOf(List<Identifier> identifiers) {
    return evaluate(identifiers.stream().map(LookupKey::blindedInput).toList());
  }

  /** No identifier begins with load: so a row's key never stands for rows. */
  @Override
  public Optional<CompletableFuture<byte[]>> nameOf(byte[] digest) {
    String input = "load:" + HexFormat.of().formatHex(digest);
    return Optional.of(evaluate(List.of(input.getBytes(StandardCharsets.US_ASCII))));
  }

  private CompletableFuture<byte[]> evaluate(List<byte[]> inputs) {
    byte[] body = new IdentifierBatch(epoch, inputs).encode();
    return CompletableFuture.supplyAsync(
        () -> {
          try {
            return post(body, inputs.size() * LookupKey.BYTES);
          } catch (LoadException e) {
            throw new CompletionException(e);
          }
        },
        threads);
  }

  /** Waits where the evaluator says so, and asks again where the connection breaks. */
  private byte[] post(byte[] body, int expected) throws LoadException {
    HttpRequest request =
        HttpRequest.newBuilder(evaluator.resolve("/v1/evaluations"))
            .timeout(TIMEOUT)
            .header("Authorization", authorization)
            .POST(BodyPublishers.ofByteArray(body))
            .build();
    IOException broken = new IOException("the evaluator stayed busy");
    try {
      for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
        try {
          HttpResponse<byte[]> answer = http.send(request, BodyHandlers.ofByteArray());
          if (answer.statusCode() == 200 && answer.body().length == expected) {
            return answer.body();
          }
          TimeUnit.SECONDS.sleep(waitingTime(answer));
        } catch (IOException e) {
          broken = e;
          TimeUnit.SECONDS.sleep(1);
        }
      }
      throw unreachable(broken);
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  private long waitingTime(HttpResponse<byte[]> answer) throws LoadException {
    long seconds = answer.headers().firstValueAsLong("retry-after").orElse(1);
    return switch (answer.statusCode()) {
      case 503 -> Math.min(seconds, LONGEST_WAIT_SECONDS);
      case 429 -> {
        if (seconds > LONGEST_WAIT_SECONDS) {
          throw new LoadException(
              "The evaluator's limit for today is reached: load the same file again later, it goes"
                  + " on where it was.");
        }
        yield seconds;
      }
      case 401 ->
          throw new LoadException(
              "The evaluator does not accept the load credential: mint a new one where it runs"
                  + " (blindbook credential --load) and give it with --evaluator-credential.");
      case 409 -> throw wrongEpoch();
      default ->
          throw new LoadException(
              "The evaluator at "
                  + evaluator
                  + " answered with HTTP status "
                  + answer.statusCode()
                  + ": check the address.");
    };
  }

  @Override
  public void close() {
    threads.shutdownNow();
    http.shutdownNow();
  }
}
