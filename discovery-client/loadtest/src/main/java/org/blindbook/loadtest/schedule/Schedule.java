package org.blindbook.loadtest.schedule;

import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.SplittableRandom;
import org.blindbook.loadtest.schedule.LoadShape.Segment;

/**
 * The times at which clients arrive, ascending. A function of shape, spacing and seed alone: no
 * arrival waits for an answer, so a server that stalls meets as many as one that does not, and what
 * they waited is measured. (A driver that waits before it asks again leaves out just the questions
 * that would have waited longest: "coordinated omission".)
 *
 * <p>A Poisson process of varying rate: exponential distances on the scale of the shape's area,
 * taken back to time.
 */
public final class Schedule {
  private static final double NANOS = 1e9;

  private final Iterator<Segment> rest;
  private final Spacing spacing;
  private final SplittableRandom random;

  private Segment segment;
  private double segmentStart;
  private double areaBefore;

  /** Area under the shape up to the next arrival. */
  private double area;

  private double next;
  private boolean exhausted;

  public Schedule(LoadShape shape, Spacing spacing, long seed) {
    this.rest = shape.segments().iterator();
    this.spacing = spacing;
    this.random = new SplittableRandom(seed);
    this.segment = rest.next();
    this.area = spacing == Spacing.EVEN ? 0.5 : exponential();
    find();
  }

  public boolean hasNext() {
    return !exhausted;
  }

  /** When the next client arrives, without taking it; nanoseconds since the beginning. */
  public long peek() {
    if (exhausted) {
      throw new NoSuchElementException();
    }
    return Math.round(next * NANOS);
  }

  /** Takes the next arrival. */
  public long next() {
    long time = peek();
    area += spacing == Spacing.EVEN ? 1 : exponential();
    find();
    return time;
  }

  private double exponential() {
    return -Math.log1p(-random.nextDouble());
  }

  private void find() {
    while (area - areaBefore >= segment.arrivals()) {
      areaBefore += segment.arrivals();
      segmentStart += segment.seconds();
      if (!rest.hasNext()) {
        exhausted = true;
        return;
      }
      segment = rest.next();
    }
    next = segmentStart + timeInto(segment, area - areaBefore);
  }

  /** The time t at which {@code from·t + (to - from)·t²/(2·seconds)} is the area. */
  private static double timeInto(Segment line, double area) {
    double slope = (line.to() - line.from()) / line.seconds();
    double root = Math.sqrt(Math.max(0, line.from() * line.from() + 2 * slope * area));
    // Of the two forms of the solution the one without a difference of equal numbers.
    return Math.min(line.seconds(), 2 * area / (line.from() + root));
  }
}
