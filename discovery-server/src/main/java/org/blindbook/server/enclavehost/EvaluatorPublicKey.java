package org.blindbook.server.enclavehost;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * By which clients know an epoch's evaluator, 64 hexadecimal digits. Its lookup enclave has it in
 * its attested settings, so it starts once the key is known. Thread-safe.
 */
public final class EvaluatorPublicKey {
  private final CompletableFuture<String> known = new CompletableFuture<>();

  public EvaluatorPublicKey(Optional<String> known) {
    known.ifPresent(this.known::complete);
  }

  void become(String key) {
    known.complete(key);
  }

  /** Empty before the evaluator has its key for the first time. */
  public Optional<String> value() {
    return Optional.ofNullable(known.getNow(null));
  }

  /** Does something once the key is known: now, or on the thread that makes it known. */
  public void whenKnown(Runnable action) {
    known.thenRun(action);
  }
}
