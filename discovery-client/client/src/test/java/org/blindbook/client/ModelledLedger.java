package org.blindbook.client;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import org.blindbook.enclave.permits.OpenedLedger;

/** The permits of one account with one enclave, as docs/protocol.md has them. */
final class ModelledLedger {
  /** As tests set {@code permits.capacity}; {@code permits.refill-per-day} is one a second. */
  static final long CAPACITY = 1_000;

  private static final int REMEMBERED = 8;

  private final Deque<String> names = new ArrayDeque<>();
  private Instant time;
  private String device = "";
  private long level = CAPACITY;
  private long floor = CAPACITY;

  ModelledLedger(Instant time) {
    this.time = time;
  }

  OpenedLedger left() {
    return new OpenedLedger(level, floor, device);
  }

  /**
   * A request reaches the enclave, and its ledger the store.
   *
   * @param name the same for a repeated request
   * @return permits charged
   */
  long ask(String asking, String name, int count, int sizeClass, Instant now) {
    long elapsed = Duration.between(time, now).toSeconds();
    time = now;
    level = Math.min(CAPACITY, level + elapsed);
    floor = Math.min(CAPACITY, floor + elapsed);
    if (!asking.equals(device)) {
      device = asking;
      level = floor;
    }
    long cost = names.contains(name) ? 0 : count;
    boolean granted = cost <= level;
    long charged = granted ? cost : 0;
    level -= charged;
    floor = Math.max(0, floor - sizeClass);
    names.addFirst(granted ? name : "not granted");
    if (names.size() > REMEMBERED) {
      names.removeLast();
    }
    return charged;
  }
}
