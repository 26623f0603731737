package org.blindbook.server.ledgers;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.lettuce.core.RedisNoScriptException;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.api.async.RedisAsyncCommands;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.apache.commons.codec.binary.Hex;
import org.apache.commons.codec.digest.DigestUtils;

/**
 * Records in a Redis that several servers share. A change is one script, which Redis runs as a
 * whole. It is acknowledged when Redis says so, which is as durable as that Redis is configured to
 * be: docs/operations.md.
 *
 * <p>A command is sent once: whoever does not hear of it comes back, and a charge that was stored
 * is then free.
 */
public final class RedisRecordStore implements RecordStore {
  private static final String PREFIX = "blindbook:";

  /**
   * 1 when the record held what was read, and holds the next content now; -1 when this is not the
   * Redis that has the ledgers, or not with its data.
   */
  private static final byte[] REPLACE =
      """
      if redis.call('GET', KEYS[2]) ~= ARGV[4] then return -1 end
      if (redis.call('GET', KEYS[1]) or '') ~= ARGV[1] then return 0 end
      if ARGV[2] == '' then redis.call('DEL', KEYS[1])
      elseif ARGV[3] == '' then redis.call('SET', KEYS[1], ARGV[2])
      else redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3]) end
      return 1
      """
          .getBytes(US_ASCII);

  private static final String REPLACE_DIGEST = DigestUtils.sha1Hex(REPLACE);

  private final KnownRedis known;
  private final RedisConnection connection;
  private final Retention retention;

  /**
   * Connects, now or as soon as that Redis is there.
   *
   * @param nameFile remembers which Redis it was
   */
  public RedisRecordStore(RedisAddress address, Retention retention, Path nameFile)
      throws LedgersException {
    this.known = new KnownRedis(key("name"), nameFile);
    this.connection = new RedisConnection(address.uri(), key("watch"), known::complaint);
    this.retention = retention;
  }

  private static byte[] key(String name) {
    return (PREFIX + name).getBytes(US_ASCII);
  }

  private static byte[] key(RecordKey key) {
    return key(key.kind().label() + ":" + Hex.encodeHexString(key.idBytes()));
  }

  @Override
  public CompletionStage<byte[]> read(RecordKey key) {
    return connection
        .ask(redis -> redis.get(key(key)))
        .thenApply(content -> content == null ? NONE : content);
  }

  @Override
  public CompletionStage<Boolean> replace(RecordKey key, byte[] read, byte[] next) {
    byte[][] keys = {key(key), known.key()};
    byte[] kept =
        retention
            .of(key.kind())
            .map(Duration::toMillis)
            .map(millis -> Long.toString(millis).getBytes(US_ASCII))
            .orElse(NONE);
    return connection
        .ask(
            redis -> {
              byte[][] arguments = {read, next, kept, known.name()};
              CompletionStage<Long> told =
                  redis.evalsha(REPLACE_DIGEST, ScriptOutputType.INTEGER, keys, arguments);
              return told.exceptionallyCompose(
                      orElse(
                          redis, it -> it.eval(REPLACE, ScriptOutputType.INTEGER, keys, arguments)))
                  .thenApply(RedisRecordStore::ofTheOneThatIsKnown);
            })
        .thenApply(held -> held == 1);
  }

  /** A failure puts that Redis out of reach, until it is the one again. */
  private static long ofTheOneThatIsKnown(long held) {
    if (held < 0) {
      throw new IllegalStateException("another Redis, or one without its data");
    }
    return held;
  }

  /** For a Redis that has not been told the script yet, or has forgotten it. */
  private static Function<Throwable, CompletionStage<Long>> orElse(
      RedisAsyncCommands<byte[], byte[]> redis,
      Function<RedisAsyncCommands<byte[], byte[]>, CompletionStage<Long>> untold) {
    return failure -> {
      Throwable cause =
          failure instanceof CompletionException wrapped && wrapped.getCause() != null
              ? wrapped.getCause()
              : failure;
      if (cause instanceof RedisNoScriptException) {
        return untold.apply(redis);
      }
      throw new CompletionException(cause);
    };
  }

  @Override
  public Health health() {
    return connection.health();
  }

  @Override
  public void close() {
    connection.close();
  }
}
