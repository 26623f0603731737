package org.blindbook.server.ledgers;

import io.lettuce.core.ClientOptions;
import io.lettuce.core.ClientOptions.DisconnectedBehavior;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.RedisURI;
import io.lettuce.core.SetArgs;
import io.lettuce.core.SocketOptions;
import io.lettuce.core.TimeoutOptions;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.async.RedisAsyncCommands;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.resource.ClientResources;
import io.lettuce.core.resource.DefaultClientResources;
import io.lettuce.core.resource.Delay;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The connection to a Redis, and the watch over it. One command that is not answered in time, or
 * not as it should be, is enough: from then on commands fail at once, until that Redis takes a
 * write again. So a Redis that hangs holds up clients for a second, and not each of them for one.
 */
final class RedisConnection implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(RedisConnection.class);

  /** What a client waits at most; a healthy Redis answers in a thousandth of it. */
  private static final Duration TIMEOUT = Duration.ofSeconds(1);

  /** How often the Redis is asked whether it takes a write. */
  private static final Duration WATCH = Duration.ofSeconds(1);

  /** Of some 500 bytes each: what a Redis answers in a fraction of the timeout. */
  private static final int MAX_UNANSWERED = 8_192;

  private static final long STOP_MILLIS = 500;

  private final RedisURI uri;
  private final byte[] watchedKey;
  private final Inspection inspection;
  private final ClientResources resources;
  private final RedisClient client;
  private final Semaphore room = new Semaphore(MAX_UNANSWERED);
  private final AtomicLong failures = new AtomicLong();
  private final AtomicBoolean reachable = new AtomicBoolean();
  private final AtomicBoolean connecting = new AtomicBoolean();
  private final ScheduledFuture<?> watch;
  private volatile @Nullable StatefulRedisConnection<byte[], byte[]> connection;
  private volatile @Nullable String said;

  /** Says what is wrong with a Redis that answers, as the end of a sentence; empty if nothing. */
  interface Inspection
      extends Function<RedisAsyncCommands<byte[], byte[]>, CompletionStage<Optional<String>>> {}

  /**
   * @param watchedKey written once a second
   * @param inspection made as often
   */
  RedisConnection(RedisURI uri, byte[] watchedKey, Inspection inspection) {
    this.uri = uri;
    this.watchedKey = watchedKey;
    this.inspection = inspection;
    this.uri.setTimeout(TIMEOUT);
    this.resources =
        DefaultClientResources.builder()
            .ioThreadPoolSize(2)
            .computationThreadPoolSize(2)
            .reconnectDelay(
                Delay.exponential(Duration.ofMillis(20), WATCH, 2, TimeUnit.MILLISECONDS))
            .build();
    this.client = RedisClient.create(resources, uri);
    client.setOptions(
        ClientOptions.builder()
            .disconnectedBehavior(DisconnectedBehavior.REJECT_COMMANDS)
            .replayFilter(command -> true) // none is sent twice
            .requestQueueSize(2 * MAX_UNANSWERED)
            .timeoutOptions(TimeoutOptions.enabled(TIMEOUT))
            .socketOptions(SocketOptions.builder().connectTimeout(TIMEOUT).keepAlive(true).build())
            .build());
    this.watch =
        resources
            .eventExecutorGroup()
            .scheduleWithFixedDelay(this::watch, 0, WATCH.toMillis(), TimeUnit.MILLISECONDS);
  }

  /**
   * Sends a command.
   *
   * @return its answer; fails with {@link UnavailableException} whatever went wrong
   */
  <T> CompletionStage<@Nullable T> ask(
      Function<RedisAsyncCommands<byte[], byte[]>, CompletionStage<T>> command) {
    StatefulRedisConnection<byte[], byte[]> open = connection;
    if (open == null || !reachable.get()) {
      failures.incrementAndGet();
      return CompletableFuture.failedFuture(
          new UnavailableException("the Redis of the ledgers does not answer"));
    }
    if (!room.tryAcquire()) {
      failures.incrementAndGet();
      return CompletableFuture.failedFuture(
          new UnavailableException("more commands wait than the Redis of the ledgers answers"));
    }
    return send(open, command)
        .whenComplete((answer, failure) -> room.release())
        .exceptionally(
            failure -> {
              failures.incrementAndGet();
              reachable.set(false); // the watch says why
              throw new UnavailableException("the Redis of the ledgers does not answer");
            });
  }

  private static <T> CompletionStage<@Nullable T> send(
      StatefulRedisConnection<byte[], byte[]> open,
      Function<RedisAsyncCommands<byte[], byte[]>, CompletionStage<T>> command) {
    try {
      return command.apply(open.async());
    } catch (RuntimeException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  private void watch() {
    StatefulRedisConnection<byte[], byte[]> open = connection;
    if (open == null) {
      connect();
      return;
    }
    send(
            open,
            redis ->
                redis
                    .set(watchedKey, new byte[] {'1'}, SetArgs.Builder.ex(WATCH.multipliedBy(60)))
                    .thenCompose(written -> inspection.apply(redis)))
        .whenComplete(
            (complaint, failure) -> {
              if (complaint == null) {
                unreachable(failure);
              } else {
                complaint.ifPresentOrElse(this::unreachable, this::reachable);
              }
            });
  }

  private void connect() {
    if (!connecting.compareAndSet(false, true)) {
      return;
    }
    client
        .connectAsync(ByteArrayCodec.INSTANCE, uri)
        .whenComplete(
            (opened, failure) -> {
              if (failure == null) {
                connection = opened;
                watch();
              } else {
                unreachable(failure);
              }
              connecting.set(false);
            });
  }

  private void reachable() {
    if (!reachable.getAndSet(true) && said != null) {
      said = null;
      log.warn("the Redis of the ledgers answers again");
    }
  }

  private void unreachable(@Nullable Throwable failure) {
    unreachable(
        refused(failure)
            ? "does not take commands: check its memory, its disk and the password"
            : "does not answer: check that it runs and that this machine reaches it");
  }

  private void unreachable(String why) {
    reachable.set(false);
    if (!why.equals(said)) {
      said = why;
      log.error("the Redis of the ledgers {}; until then whoever needs one is refused", why);
    }
  }

  private static boolean refused(@Nullable Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof RedisCommandExecutionException) {
        return true;
      }
    }
    return false;
  }

  RecordStore.Health health() {
    return new RecordStore.Health(reachable.get(), failures.get());
  }

  @Override
  public void close() {
    watch.cancel(false);
    client
        .shutdownAsync(0, STOP_MILLIS, TimeUnit.MILLISECONDS)
        .thenCompose(
            closed -> {
              resources.shutdown(0, STOP_MILLIS, TimeUnit.MILLISECONDS);
              return CompletableFuture.completedFuture(closed);
            });
  }
}
