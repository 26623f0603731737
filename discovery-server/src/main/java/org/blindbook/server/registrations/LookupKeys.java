package org.blindbook.server.registrations;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.blindbook.edge.endpoint.BulkEvaluation;
import org.blindbook.edge.identifier.Identifier;
import org.blindbook.edge.identifier.LookupKey;

/** Makes the keys under which people are registered. */
public interface LookupKeys extends AutoCloseable {
  /** Identifiers that are given at once: what an evaluator takes. */
  int BATCH = BulkEvaluation.MAX_ELEMENTS;

  /**
   * @param identifiers at most {@value #BATCH}
   * @return their keys, {@value LookupKey#BYTES} bytes each, one after the other. Fails with a
   *     {@link LoadException}
   */
  CompletableFuture<byte[]> keysOf(List<Identifier> identifiers);

  /** How many batches are worth having under way at once. */
  int parallelism();

  /**
   * A name for rows that were loaded, of which nobody learns anything about them by trying. Empty
   * where keys cost so little that nothing is gained by remembering.
   *
   * @param digest SHA-256 of the rows
   */
  Optional<CompletableFuture<byte[]>> nameOf(byte[] digest);

  @Override
  void close();

  /** Those of mode truncated. */
  static LookupKeys truncated() {
    return new LookupKeys() {
      @Override
      public CompletableFuture<byte[]> keysOf(List<Identifier> identifiers) {
        byte[] keys = new byte[identifiers.size() * LookupKey.BYTES];
        for (int i = 0; i < identifiers.size(); i++) {
          byte[] key = LookupKey.truncated(identifiers.get(i)).bytes();
          System.arraycopy(key, 0, keys, i * LookupKey.BYTES, LookupKey.BYTES);
        }
        return CompletableFuture.completedFuture(keys);
      }

      @Override
      public int parallelism() {
        return 0;
      }

      @Override
      public Optional<CompletableFuture<byte[]>> nameOf(byte[] digest) {
        return Optional.empty();
      }

      @Override
      public void close() {}
    };
  }
}
