package org.blindbook.server.registrations;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.apache.commons.codec.binary.Hex;
import org.blindbook.edge.identifier.Identifier;
import org.blindbook.edge.identifier.LookupKey;
import org.blindbook.server.auth.LoadCredential;

/**
 * Lookup keys of mode blinded: an evaluator makes them, many batches at once. Its host never sees
 * an identifier.
 */
public final class EvaluatedKeys implements LookupKeys {
  private final EvaluatorClient client;
  private final BlindedEvaluation evaluation;
  private final int parallelism = 2 * Runtime.getRuntime().availableProcessors();
  private final ExecutorService threads =
      Executors.newFixedThreadPool(
          parallelism, work -> Thread.ofPlatform().daemon().name("evaluation").unstarted(work));

  private EvaluatedKeys(EvaluatorClient client) throws LoadException {
    this.client = client;
    this.evaluation = new BlindedEvaluation(client);
  }

  /**
   * By an evaluator, one's own or another's, which gets blinded elements and proves what it did.
   *
   * @param evaluator the address of its server
   * @param credential minted by {@link LoadCredential}
   * @param publicKey of the evaluator, in hexadecimal; without it, the evaluator's own word counts
   *     for the whole load, and what it proves is that it did not change its mind
   * @throws LoadException when it does not answer now, serves another epoch, or is another one
   */
  public static EvaluatedKeys blinded(
      URI evaluator, String credential, int epoch, Optional<String> publicKey)
      throws LoadException {
    return new EvaluatedKeys(new EvaluatorClient(evaluator, credential, epoch, publicKey));
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
    String input = "load:" + Hex.encodeHexString(digest);
    return Optional.of(evaluate(List.of(input.getBytes(StandardCharsets.US_ASCII))));
  }

  private CompletableFuture<byte[]> evaluate(List<byte[]> inputs) {
    return CompletableFuture.supplyAsync(
        () -> {
          try {
            return evaluation.keysOf(inputs);
          } catch (LoadException e) {
            throw new CompletionException(e);
          }
        },
        threads);
  }

  @Override
  public void close() {
    threads.shutdownNow();
    client.close();
  }
}
