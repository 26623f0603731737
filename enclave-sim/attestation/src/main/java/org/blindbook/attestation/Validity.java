package org.blindbook.attestation;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * When everything that a verification relies on is valid at once: the intersection of the periods
 * of all certificates, revocation lists and signed documents. Both ends belong to it.
 */
final class Validity {
  /**
   * @param name which document, for {@code limitedBy}
   */
  record Period(String name, Instant from, Instant until) {
    boolean contains(Instant instant) {
      return !instant.isBefore(from) && !instant.isAfter(until);
    }
  }

  private final List<Period> periods = new ArrayList<>();

  Period add(String name, Instant from, Instant until) {
    Period period = new Period(name, from, until);
    periods.add(period);
    return period;
  }

  /** The period that begins last. */
  Optional<Period> latestStart() {
    return periods.stream().max(Comparator.comparing(Period::from));
  }

  /** The period that ends first. */
  Optional<Period> earliestEnd() {
    return periods.stream().min(Comparator.comparing(Period::until));
  }
}
