package org.blindbook.server.registrations;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.blindbook.protocol.identifier.Identifier;
import org.blindbook.protocol.identifier.LookupKey;
import org.blindbook.server.auth.LoadCredential;

/**
 * Lookup keys of mode blinded: an evaluator makes them, many batches at once. Its host never sees
 * an identifier.
 */
public final class EvaluatedKeys implements LookupKeys {
  /** How one batch is evaluated, on the thread that asks. */
  interface Evaluation {
    /**
     * @return {@value LookupKey#BYTES} bytes for each input
     */
    byte[] keysOf(List<byte[]> inputs) throws LoadException;
  }

  private final EvaluatorClient client;
  private final Evaluation evaluation;
  private final int parallelism = 2 * Runtime.getRuntime().availableProcessors();
  private final ExecutorService threads =
      Executors.newFixedThreadPool(
          parallelism, work -> Thread.ofPlatform().daemon().name("evaluation").unstarted(work));

  private EvaluatedKeys(EvaluatorClient client, Evaluation evaluation) {
    this.client = client;
    this.evaluation = evaluation;
  }

  /**
   * By an evaluator of one's own, whose enclave gets the identifiers: fast.
   *
   * @param evaluator the address of its server
   * @param credential minted by {@link LoadCredential}
   * @param publicKey of the evaluator, in hexadecimal, if it is known
   * @throws LoadException when it does not answer now, serves another epoch, or is another one
   */
  public static EvaluatedKeys sealed(
      URI evaluator, String credential, int epoch, Optional<String> publicKey)
      throws LoadException {
    EvaluatorClient client = new EvaluatorClient(evaluator, credential, epoch, publicKey);
    return new EvaluatedKeys(client, new SealedEvaluation(client));
  }

  /**
   * By anybody's evaluator, which gets blinded elements and proves what it did: costs this process
   * more than the evaluator.
   *
   * @param publicKey as in {@link #sealed}; without it, the evaluator's own word counts
   * @throws LoadException as {@link #sealed}
   */
  public static EvaluatedKeys blinded(
      URI evaluator, String credential, int epoch, Optional<String> publicKey)
      throws LoadException {
    EvaluatorClient client = new EvaluatorClient(evaluator, credential, epoch, publicKey);
    return new EvaluatedKeys(client, new BlindedEvaluation(client));
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
