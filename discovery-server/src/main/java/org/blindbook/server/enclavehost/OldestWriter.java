package org.blindbook.server.enclavehost;

import java.time.Duration;
import java.util.OptionalLong;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How long the same transaction is known to write: what others register meanwhile cannot be
 * followed. Its own age is the database's to tell, and only to its administrators.
 */
final class OldestWriter {
  private static final Logger log = LoggerFactory.getLogger(OldestWriter.class);

  /** A backend's transaction takes milliseconds, a full batch of a load some seconds. */
  static final Duration TOO_LONG = Duration.ofSeconds(10);

  private final LongSupplier nanoTime;
  private OptionalLong writer = OptionalLong.empty();
  private long sinceNanos;
  private boolean said;

  OldestWriter(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
  }

  /**
   * @param now what {@link org.blindbook.server.registrations.RegistrationStore#oldestWriter} says
   */
  void is(OptionalLong now) {
    if (!now.equals(writer)) {
      if (said) {
        log.warn("the transaction that held registrations back has ended");
      }
      writer = now;
      sinceNanos = nanoTime.getAsLong();
      said = false;
    } else if (writer.isPresent()
        && !said
        && nanoTime.getAsLong() - sinceNanos > TOO_LONG.toNanos()) {
      said = true;
      log.warn(
          "a transaction has been writing registrations for {} s and holds back what others"
              + " register: find it as docs/registrations.md says, and end it",
          TOO_LONG.toSeconds());
    }
  }

  /** Since when it is the same; empty when there is none. */
  OptionalLong sinceNanos() {
    return writer.isPresent() ? OptionalLong.of(sinceNanos) : OptionalLong.empty();
  }
}
