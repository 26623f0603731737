package org.blindbook.server.limits;

import io.github.bucket4j.distributed.proxy.ClientSideConfig;
import io.github.bucket4j.distributed.proxy.generic.compare_and_swap.AbstractCompareAndSwapBasedProxyManager;
import io.github.bucket4j.distributed.proxy.generic.compare_and_swap.AsyncCompareAndSwapOperation;
import io.github.bucket4j.distributed.proxy.generic.compare_and_swap.CompareAndSwapOperation;
import io.github.bucket4j.distributed.remote.RemoteBucketState;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.blindbook.server.ledgers.RecordKey;
import org.blindbook.server.ledgers.RecordStore;
import org.jspecify.annotations.Nullable;

/**
 * Bucket4j's buckets, kept as records: its arithmetic and its format, in whichever store there is.
 */
final class RecordBuckets extends AbstractCompareAndSwapBasedProxyManager<RecordKey> {
  private final RecordStore records;

  RecordBuckets(RecordStore records, ClientSideConfig config) {
    super(config);
    this.records = records;
  }

  @Override
  protected AsyncCompareAndSwapOperation beginAsyncCompareAndSwapOperation(RecordKey key) {
    return new AsyncCompareAndSwapOperation() {
      @Override
      public CompletableFuture<Optional<byte[]>> getStateData(Optional<Long> timeoutNanos) {
        return records
            .read(key)
            .thenApply(
                content -> content.length == 0 ? Optional.<byte[]>empty() : Optional.of(content))
            .toCompletableFuture();
      }

      @Override
      public CompletableFuture<Boolean> compareAndSwap(
          byte @Nullable [] read,
          byte[] next,
          RemoteBucketState state,
          Optional<Long> timeoutNanos) {
        return records
            .replace(key, read == null ? RecordStore.NONE : read, next)
            .toCompletableFuture();
      }
    };
  }

  @Override
  protected CompareAndSwapOperation beginCompareAndSwapOperation(RecordKey key) {
    throw new UnsupportedOperationException("records are read without waiting only");
  }

  @Override
  public boolean isAsyncModeSupported() {
    return true;
  }

  @Override
  public void removeProxy(RecordKey key) {
    throw new UnsupportedOperationException("buckets go when they are full");
  }

  @Override
  protected CompletableFuture<Void> removeAsync(RecordKey key) {
    throw new UnsupportedOperationException("buckets go when they are full");
  }
}
