package org.blindbook.server.limits;

import io.github.bucket4j.BucketState;
import io.github.bucket4j.BucketState64BitsInteger;
import io.github.bucket4j.TimeMeter;
import io.github.bucket4j.distributed.proxy.ClientSideConfig;
import io.github.bucket4j.distributed.proxy.generic.compare_and_swap.AbstractCompareAndSwapBasedProxyManager;
import io.github.bucket4j.distributed.proxy.generic.compare_and_swap.AsyncCompareAndSwapOperation;
import io.github.bucket4j.distributed.proxy.generic.compare_and_swap.CompareAndSwapOperation;
import io.github.bucket4j.distributed.remote.RemoteBucketState;
import io.github.bucket4j.distributed.serialization.InternalSerializationHelper;
import io.github.bucket4j.distributed.versioning.Versions;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.blindbook.server.ledgers.RecordKey;
import org.blindbook.server.ledgers.RecordStore;
import org.jspecify.annotations.Nullable;

/**
 * Bucket4j's buckets, kept as records: its arithmetic and its format, in whichever store there is.
 *
 * <p>A bucket says when it was filled last, and gains nothing before. Where that is further ahead
 * than a whole bucket takes to fill, a clock was wrong: the bucket keeps what it has and gains from
 * now on. Nearer ones are waited for: clocks of servers differ, and each would fill it anew.
 */
final class RecordBuckets extends AbstractCompareAndSwapBasedProxyManager<RecordKey> {
  private final RecordStore records;
  private final TimeMeter clock;
  private final Duration refill;

  /**
   * @param clock the one of the configuration
   * @param refill how long an empty bucket takes to fill
   */
  RecordBuckets(RecordStore records, ClientSideConfig config, TimeMeter clock, Duration refill) {
    super(config);
    this.records = records;
    this.clock = clock;
    this.refill = refill;
  }

  /** At once: who is refused changes nothing else, and would find it ahead again. */
  private CompletionStage<byte[]> store(RecordKey key, byte[] read, byte[] next) {
    return read == next
        ? CompletableFuture.completedStage(read)
        : records.replace(key, read, next).thenApply(held -> held ? next : read);
  }

  private byte[] notAhead(byte[] content) {
    if (content.length == 0) {
      return content;
    }
    RemoteBucketState kept = InternalSerializationHelper.deserializeState(content);
    BucketState state = kept.copyBucketState();
    long now = clock.currentTimeNanos();
    RemoteBucketState later = kept.copy();
    later.refillAllBandwidth(now + refill.toNanos());
    if (!later.equalsByContent(kept)) {
      return content; // it would gain by then
    }
    BucketState fromNow = new BucketState64BitsInteger(state.getConfiguration(), now);
    fromNow.consume(fromNow.getAvailableTokens() - state.getAvailableTokens());
    return InternalSerializationHelper.serializeState(
        new RemoteBucketState(fromNow, kept.getRemoteStat(), kept.getConfigurationVersion()),
        Versions.getLatest());
  }

  @Override
  protected AsyncCompareAndSwapOperation beginAsyncCompareAndSwapOperation(RecordKey key) {
    return new AsyncCompareAndSwapOperation() {
      private volatile byte[] kept = RecordStore.NONE;

      @Override
      public CompletableFuture<Optional<byte[]>> getStateData(Optional<Long> timeoutNanos) {
        return records
            .read(key)
            .thenCompose(content -> store(key, content, notAhead(content)))
            .thenApply(
                content -> {
                  kept = content;
                  return content.length == 0 ? Optional.<byte[]>empty() : Optional.of(content);
                })
            .toCompletableFuture();
      }

      @Override
      public CompletableFuture<Boolean> compareAndSwap(
          byte @Nullable [] read,
          byte[] next,
          RemoteBucketState state,
          Optional<Long> timeoutNanos) {
        return records.replace(key, kept, next).toCompletableFuture();
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
