package org.blindbook.server.admission;

import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says which resource has run out, and how many clients were refused for it: one line at once, then
 * at most one a minute for each resource. No line says anything of a client.
 */
public final class Shortages {
  private static final Logger log = LoggerFactory.getLogger(Shortages.class);

  private static final long EVERY_NANOS = Duration.ofMinutes(1).toNanos();

  private static final class Count {
    long total;
    long told;
    long toldAt;
  }

  private final LongSupplier nanoTime;
  private final Map<Resource, Count> counts = new EnumMap<>(Resource.class);

  /**
   * @param nanoTime as {@link System#nanoTime}
   */
  public Shortages(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
    for (Resource resource : Resource.values()) {
      counts.put(resource, new Count());
    }
  }

  /** One client more could not be served for want of it. */
  public void report(Resource resource) {
    long more;
    Count count = count(resource);
    synchronized (count) {
      count.total++;
      long now = nanoTime.getAsLong();
      if (count.told > 0 && now - count.toldAt < EVERY_NANOS) {
        return;
      }
      more = count.total - count.told;
      count.told = count.total;
      count.toldAt = now;
    }
    log.warn(
        "out of {}: {} refused since the last such line; raise {}",
        resource.what(),
        more,
        resource.remedy());
  }

  /** How many were refused for want of it since start. */
  public long total(Resource resource) {
    Count count = count(resource);
    synchronized (count) {
      return count.total;
    }
  }

  private Count count(Resource resource) {
    Count count = counts.get(resource);
    if (count == null) {
      throw new AssertionError("every resource is counted");
    }
    return count;
  }
}
