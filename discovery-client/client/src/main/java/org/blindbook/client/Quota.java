package org.blindbook.client;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What a service grants every account, as its enclave attests it.
 *
 * @param capacity permits of a full account
 * @param refillPerDay permits that an account gains in a day
 */
record Quota(int capacity, int refillPerDay) {
  private static final String CAPACITY = "permits.capacity=";
  private static final String REFILL = "permits.refill-per-day=";

  /** What enclaves accept: more is no setting of theirs. */
  private static final int MOST = 10_000_000;

  /**
   * @param settings the deployment settings, whose digest is the attested one: {@code key=value}
   *     lines in UTF-8
   * @return empty when they do not say
   */
  static Optional<Quota> of(byte[] settings) {
    String text = new String(settings, StandardCharsets.UTF_8);
    OptionalInt capacity = value(text, CAPACITY);
    OptionalInt refill = value(text, REFILL);
    return capacity.isPresent() && refill.isPresent()
        ? Optional.of(new Quota(capacity.getAsInt(), refill.getAsInt())).filter(Quota::isSound)
        : Optional.empty();
  }

  boolean isSound() {
    return capacity > 0 && capacity <= MOST && refillPerDay > 0 && refillPerDay <= MOST;
  }

  private static OptionalInt value(String text, String key) {
    return text.lines()
        .filter(line -> line.startsWith(key))
        .map(line -> line.substring(key.length()))
        .filter(value -> value.matches("[0-9]{1,8}"))
        .mapToInt(Integer::parseInt)
        .findFirst();
  }
}
