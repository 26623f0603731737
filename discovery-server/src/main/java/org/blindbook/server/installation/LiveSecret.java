package org.blindbook.server.installation;

import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A secret of the data directory that a running server follows. The files are a few dozen bytes and
 * are read twice a second; what they hold is taken over when it was the same at two readings, so
 * that nothing half written or half exchanged is. Files that cannot be used are reported once, and
 * the secret of before stays.
 */
public final class LiveSecret<T> implements Supplier<T>, AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(LiveSecret.class);

  static final Duration READ_EVERY = Duration.ofMillis(500);

  /** By when a change has surely been taken over, on a busy machine too. */
  static final Duration TAKEN_OVER_AFTER = Duration.ofSeconds(3);

  private final String name;
  private final SecretFiles files;
  private final Parser<T> parser;
  private final ScheduledExecutorService reader =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("secrets").factory());

  private volatile T value;

  // Of the reader's thread.
  private byte[] taken;
  private byte[] seen;
  private String failure = "";
  private String reported = "";

  /** Makes a secret of its bytes, which it wipes. */
  interface Parser<T> {
    T parse(SecretFiles.Content content) throws OperatorException;
  }

  private LiveSecret(String name, SecretFiles files, Parser<T> parser) throws OperatorException {
    this.name = name;
    this.files = files;
    this.parser = parser;
    SecretFiles.Content first = files.read();
    taken = first.digest();
    seen = taken;
    value = parser.parse(first);
  }

  /**
   * @param name of the secret, for the log
   */
  static <T> LiveSecret<T> of(String name, SecretFiles files, Parser<T> parser)
      throws OperatorException {
    LiveSecret<T> secret = new LiveSecret<>(name, files, parser);
    long millis = READ_EVERY.toMillis();
    secret.reader.scheduleWithFixedDelay(secret::follow, millis, millis, TimeUnit.MILLISECONDS);
    return secret;
  }

  @Override
  public T get() {
    return value;
  }

  private void follow() {
    try {
      read();
    } catch (OperatorException e) {
      failed(String.valueOf(e.getMessage()));
    } catch (RuntimeException e) {
      failed("This should not have happened: please report it as a defect of Blindbook.");
    }
  }

  private void read() throws OperatorException {
    SecretFiles.Content content = files.read();
    byte[] digest = content.digest();
    boolean again = Arrays.equals(digest, seen);
    seen = digest;
    if (!again || Arrays.equals(digest, taken)) {
      content.wipe();
      if (again) {
        failure = "";
        reported = "";
      }
      return;
    }
    value = parser.parse(content);
    taken = digest;
    failure = "";
    reported = "";
    log.info("the {} secret was changed", name);
  }

  private void failed(String sentence) {
    if (sentence.equals(failure) && !sentence.equals(reported)) {
      log.error("the {} secret stays as it was: {}", name, sentence);
      reported = sentence;
    }
    failure = sentence;
  }

  @Override
  public void close() {
    reader.shutdownNow();
  }
}
