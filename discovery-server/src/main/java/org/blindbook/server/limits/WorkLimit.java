package org.blindbook.server.limits;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.github.bucket4j.Bandwidth;
import io.github.bucket4j.Bucket;
import io.github.bucket4j.BucketConfiguration;
import io.github.bucket4j.ConsumptionProbe;
import io.github.bucket4j.TimeMeter;
import io.github.bucket4j.distributed.proxy.AsyncProxyManager;
import io.github.bucket4j.distributed.proxy.ClientSideConfig;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import org.blindbook.server.admission.WorkCost;
import org.blindbook.server.enclavehost.EnclaveRole;
import org.blindbook.server.ledgers.RecordKey;
import org.blindbook.server.ledgers.RecordKind;
import org.blindbook.server.ledgers.RecordStore;

/**
 * How much work an account may have done: a bucket of microseconds of one core ({@link WorkCost})
 * that refills at a constant rate. It is paid before the work is done, so that nothing that costs
 * the service is free, whatever it costs in permits.
 *
 * <p>While the records are out of reach every account has a smaller bucket in this server's memory:
 * service goes on, stricter.
 */
public final class WorkLimit {
  /** By how much a bucket in memory is smaller, and slower to fill, than the one it stands for. */
  private static final int STRICTER = 4;

  /** Buckets in memory: some 300 bytes each. */
  private static final int MAX_LOCAL = 65_536;

  /** Accounts that were told to wait. */
  private static final int MAX_WAITING = 65_536;

  /** Whose bucket is changed so often at this moment comes again in a second. */
  private static final int MAX_RETRIES = 16;

  private static final int MAX_WAIT_SECONDS = 86_400;

  /**
   * @param bucket what an account may have done at once
   * @param perHour what it gains in an hour
   */
  public record Allowance(Duration bucket, Duration perHour) {
    /** How long an empty bucket takes to fill. */
    public Duration refill() {
      return Duration.ofSeconds(1 + 3_600 * micros(bucket) / micros(perHour));
    }

    private BucketConfiguration configuration(int stricter) {
      return BucketConfiguration.builder().addLimit(bandwidth(stricter)).build();
    }

    private Bandwidth bandwidth(int stricter) {
      return Bandwidth.builder()
          .capacity(Math.max(1, micros(bucket) / stricter))
          .refillGreedy(Math.max(1, micros(perHour) / stricter), Duration.ofHours(1))
          .build();
    }

    private static long micros(Duration work) {
      return TimeUnit.NANOSECONDS.toMicros(work.toNanos());
    }
  }

  private final Allowance allowance;
  private final BucketConfiguration configuration;
  private final AsyncProxyManager<RecordKey> buckets;
  private final Cache<RecordKey, Bucket> local;
  private final Cache<RecordKey, Wait> waiting;
  private final LongSupplier nanoTime;
  private final RandomGenerator random;

  /**
   * @param clock of what outlives this server
   * @param nanoTime of what does not, and which no change of the clock is to reach
   */
  public WorkLimit(
      Allowance allowance,
      RecordStore records,
      InstantSource clock,
      LongSupplier nanoTime,
      RandomGenerator random) {
    this.allowance = allowance;
    this.configuration = allowance.configuration(1);
    this.nanoTime = nanoTime;
    this.random = random;
    TimeMeter kept = meter(() -> TimeUnit.MILLISECONDS.toNanos(clock.millis()), true);
    this.buckets =
        new RecordBuckets(
                records,
                ClientSideConfig.getDefault().withClientClock(kept).withMaxRetries(MAX_RETRIES),
                kept,
                allowance.refill())
            .asAsync();
    this.local =
        Caffeine.newBuilder().maximumSize(MAX_LOCAL).expireAfterAccess(allowance.refill()).build();
    this.waiting =
        Caffeine.newBuilder()
            .maximumSize(MAX_WAITING)
            .expireAfterWrite(Duration.ofMinutes(1))
            .build();
  }

  private static TimeMeter meter(LongSupplier nanos, boolean wallClock) {
    return new TimeMeter() {
      @Override
      public long currentTimeNanos() {
        return nanos.getAsLong();
      }

      @Override
      public boolean isWallClockBased() {
        return wallClock;
      }
    };
  }

  /**
   * The bucket of an account.
   *
   * @param account the account's digest
   */
  public OfAccount of(byte[] account) {
    // Named by its size, too: after a change of the settings everybody begins with a full one.
    byte[] id =
        ByteBuffer.allocate(account.length + 2 * Long.BYTES)
            .put(account)
            .putLong(allowance.bucket().toMillis())
            .putLong(allowance.perHour().toMillis())
            .array();
    return new OfAccount(RecordKey.of(RecordKind.WORK, id));
  }

  /** What an account was told, and when. */
  private record Wait(long nanos, int seconds) {
    int secondsLeft(long now) {
      return (int) Math.max(0, seconds - TimeUnit.NANOSECONDS.toSeconds(now - nanos));
    }
  }

  /** What one account pays. */
  public final class OfAccount {
    private final RecordKey key;

    private OfAccount(RecordKey key) {
      this.key = key;
    }

    /**
     * Pays for a connection.
     *
     * @return 0, or the seconds to wait when there is not enough; never fails
     */
    public CompletionStage<Integer> payConnection() {
      return pay(WorkCost.CONNECTION_MICROS)
          .thenApply(
              seconds -> {
                if (seconds > 0) {
                  waiting.put(key, new Wait(nanoTime.getAsLong(), seconds));
                }
                return seconds;
              });
    }

    /** Pays for a request of a size class; as {@link #payConnection}. */
    public CompletionStage<Integer> payRequest(EnclaveRole role, int capacity) {
      return pay(WorkCost.requestMicros(role, capacity));
    }

    /**
     * What is left of the seconds that it was told to wait before it connects again, 0 when nothing
     * is. Costs next to nothing.
     */
    public int secondsToWait() {
      Wait wait = waiting.getIfPresent(key);
      return wait == null ? 0 : wait.secondsLeft(nanoTime.getAsLong());
    }

    private CompletableFuture<Integer> pay(long micros) {
      return buckets
          .builder()
          .build(key, () -> CompletableFuture.completedFuture(configuration))
          .tryConsumeAndReturnRemaining(micros)
          .exceptionally(outOfReach -> localBucket().tryConsumeAndReturnRemaining(micros))
          .thenApply(WorkLimit.this::seconds);
    }

    private Bucket localBucket() {
      return local.get(
          key,
          missing ->
              Bucket.builder()
                  .withCustomTimePrecision(meter(nanoTime, false))
                  .addLimit(allowance.bandwidth(STRICTER))
                  .build());
    }
  }

  /** A little more than it takes, so that who was refused together does not come back together. */
  private int seconds(ConsumptionProbe probe) {
    if (probe.isConsumed()) {
      return 0;
    }
    long seconds = Math.ceilDiv(probe.getNanosToWaitForRefill(), TimeUnit.SECONDS.toNanos(1));
    int atMost = (int) Math.min(MAX_WAIT_SECONDS, Math.max(1, seconds));
    return atMost + random.nextInt(2 + atMost / 8);
  }
}
