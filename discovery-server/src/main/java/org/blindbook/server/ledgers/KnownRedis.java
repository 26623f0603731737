package org.blindbook.server.ledgers;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.lettuce.core.SetArgs;
import io.lettuce.core.api.async.RedisAsyncCommands;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.blindbook.edge.files.WholeFile;
import org.jspecify.annotations.Nullable;

/**
 * Whether a Redis is the one that has this server's ledgers, and keeps what it is given. The first
 * server gives it a random name, which every server remembers in a file: a Redis without it has
 * lost its data, and with another it never had them. Either would make every account a new one.
 */
final class KnownRedis {
  private static final int NAME_BYTES = 36;

  /** What a Redis says of itself that throws nothing away when its memory is full. */
  private static final String KEEPS_ALL = "maxmemory_policy:noeviction\r\n";

  private final byte[] key;
  private final Path file;
  private volatile byte @Nullable [] name;

  /**
   * @param key that has the name in the Redis
   * @param file that has it here, once there is one
   */
  KnownRedis(byte[] key, Path file) throws LedgersException {
    this.key = key;
    this.file = file;
    try {
      byte[] content = Files.readAllBytes(file);
      if (content.length != NAME_BYTES) {
        throw new LedgersException(
            "The file " + file + " is damaged: restore it, or delete it if the Redis has its data.",
            new IOException("not of its length"));
      }
      name = content;
    } catch (NoSuchFileException e) {
      name = null;
    } catch (IOException e) {
      throw new LedgersException(
          "The file " + file + " cannot be read: check its owner and permissions.", e);
    }
  }

  byte[] key() {
    return key;
  }

  /** Its name; empty, which none has, before one was seen. */
  byte[] name() {
    byte[] known = name;
    return known == null ? RecordStore.NONE : known;
  }

  /**
   * Looks, and gives a name to a Redis that has none when none is known.
   *
   * @return what is wrong with it, as the end of a sentence that begins with "the Redis of the
   *     ledgers"
   */
  CompletionStage<Optional<String>> complaint(RedisAsyncCommands<byte[], byte[]> redis) {
    return redis
        .info("memory")
        .thenCompose(
            memory ->
                memory.contains(KEEPS_ALL)
                    ? named(redis)
                    : CompletableFuture.completedFuture(
                        Optional.of(
                            "may throw ledgers away when its memory is full: set its"
                                + " maxmemory-policy to noeviction")));
  }

  private CompletionStage<Optional<String>> named(RedisAsyncCommands<byte[], byte[]> redis) {
    byte[] known = name;
    if (known != null) {
      return redis.get(key).thenApply(found -> compare(known, found));
    }
    byte[] proposed = UUID.randomUUID().toString().getBytes(US_ASCII);
    return redis
        .set(key, proposed, SetArgs.Builder.nx())
        .thenCompose(set -> redis.get(key))
        .thenApply(this::remember);
  }

  private Optional<String> compare(byte[] known, byte @Nullable [] found) {
    if (found == null) {
      return Optional.of(
          "has lost its data, with which every account would have fresh permits: restore it; or"
              + " stop the servers, delete "
              + file.getFileName()
              + " in their data directories and begin afresh");
    }
    return Arrays.equals(known, found)
        ? Optional.empty()
        : Optional.of(
            "is not the one that has the ledgers: check ledgers.redis; or stop the servers, delete "
                + file.getFileName()
                + " in their data directories and begin afresh");
  }

  private Optional<String> remember(byte @Nullable [] found) {
    if (found == null || found.length != NAME_BYTES) {
      return Optional.of("does not keep what it is given");
    }
    try {
      WholeFile.create(file, found);
      name = found;
      return Optional.empty();
    } catch (IOException e) {
      return Optional.of("cannot be remembered: check the space and permissions of " + file);
    }
  }
}
