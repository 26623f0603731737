package org.blindbook.server.admission;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * How much of something each client holds, and all of them together, up to a bound for one and a
 * bound for all. A client that holds nothing takes no memory here, so there are never more entries
 * than what is held. Safe for use by several threads.
 */
public final class Shares {
  /** What becomes of a wish. */
  public enum Outcome {
    TAKEN,
    /** The client has its share already. */
    SHARE_USED,
    /** Nothing is left for anybody. */
    NOTHING_LEFT
  }

  private final long total;
  private final long each;
  private final ConcurrentMap<ClientKey, Long> held = new ConcurrentHashMap<>();
  private final AtomicLong all = new AtomicLong();

  /**
   * @param total for all clients together
   * @param each for one
   */
  public Shares(long total, long each) {
    this.total = total;
    this.each = each;
  }

  /** Takes that much for a client, or nothing: neither bound is passed, not even for a moment. */
  public Outcome take(ClientKey client, long amount) {
    Outcome[] outcome = {Outcome.SHARE_USED};
    held.compute(
        client,
        (key, before) -> {
          long now = before == null ? 0 : before;
          if (now + amount > each) {
            return before;
          }
          if (!takeOfAll(amount)) {
            outcome[0] = Outcome.NOTHING_LEFT;
            return before;
          }
          outcome[0] = Outcome.TAKEN;
          return now + amount;
        });
    return outcome[0];
  }

  private boolean takeOfAll(long amount) {
    long before;
    do {
      before = all.get();
      if (before + amount > total) {
        return false;
      }
    } while (!all.compareAndSet(before, before + amount));
    return true;
  }

  /** Gives back what was taken, or a part of it. */
  public void give(ClientKey client, long amount) {
    if (amount == 0) {
      return;
    }
    held.computeIfPresent(client, (key, now) -> now > amount ? Long.valueOf(now - amount) : null);
    all.addAndGet(-amount);
  }

  /** What all clients hold together. */
  public long held() {
    return all.get();
  }

  /** How many hold something. */
  int clients() {
    return held.size();
  }
}
