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

  /** Takes that much for a client, or nothing. */
  public Outcome take(ClientKey client, long amount) {
    if (all.addAndGet(amount) > total) {
      all.addAndGet(-amount);
      return Outcome.NOTHING_LEFT;
    }
    boolean[] taken = {false};
    held.compute(
        client,
        (key, before) -> {
          long now = before == null ? 0 : before;
          taken[0] = now + amount <= each;
          return taken[0] ? Long.valueOf(now + amount) : before;
        });
    if (!taken[0]) {
      all.addAndGet(-amount);
      return Outcome.SHARE_USED;
    }
    return Outcome.TAKEN;
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
