package org.blindbook.loadtest.schedule;

import java.util.ArrayList;
import java.util.List;

/** How many clients arrive a second, over time: straight lines, one after the other. */
public record LoadShape(List<Segment> segments) {

  /** Sensor Tower's estimate of Signal's downloads in the week from 6 January 2021. */
  public static final double WEEK_OF_SIGN_UPS = 8_800_000;

  /** The afternoon in which they all come here. */
  public static final double AFTERNOON_SECONDS = 6 * 3600;

  /** The ramp takes twenty minutes of the six hours. */
  private static final double RAMP = 1 / 18.0;

  /** Two hours of the six: after as long again the rate is 1/e of what it was. */
  private static final double DECAY = 1 / 3.0;

  private static final int DECAY_LINES = 60;

  /**
   * @param seconds its length
   * @param from arrivals a second at its beginning
   * @param to at its end
   */
  public record Segment(double seconds, double from, double to) {
    double arrivals() {
      return seconds * (from + to) / 2;
    }
  }

  public LoadShape {
    segments = List.copyOf(segments);
    if (segments.isEmpty()
        || segments.stream().anyMatch(s -> !(s.seconds > 0) || !(s.from >= 0) || !(s.to >= 0))) {
      throw new IllegalArgumentException("a shape is made of segments of some length");
    }
  }

  public static LoadShape steady(double rate, double seconds) {
    return new LoadShape(List.of(new Segment(seconds, rate, rate)));
  }

  /**
   * @param multipliers of the rate, one for each step
   * @param seconds as many
   */
  public static LoadShape steps(double rate, List<Double> multipliers, List<Integer> seconds) {
    List<Segment> segments = new ArrayList<>();
    for (int i = 0; i < multipliers.size(); i++) {
      double level = rate * multipliers.get(i);
      segments.add(new Segment(seconds.get(i), level, level));
    }
    return new LoadShape(segments);
  }

  /**
   * The sign-ups of a week as one bad afternoon: within twenty minutes from nothing to the peak,
   * then a decay by half in 83 minutes, for six hours in all. Time is compressed to what the run
   * lasts, rates are those of the afternoon times the scale: at scale 1 the peak is 1,193 a second.
   */
  public static LoadShape surge(double scale, double seconds) {
    double peak = scale * surgePeak();
    List<Segment> segments = new ArrayList<>();
    segments.add(new Segment(RAMP * seconds, 0, peak));
    double length = (1 - RAMP) / DECAY_LINES;
    for (int i = 0; i < DECAY_LINES; i++) {
      segments.add(
          new Segment(
              length * seconds,
              peak * Math.exp(-i * length / DECAY),
              peak * Math.exp(-(i + 1) * length / DECAY)));
    }
    return new LoadShape(segments);
  }

  /** Arrivals a second at scale 1, by which the whole afternoon has the week's sign-ups. */
  private static double surgePeak() {
    double area = RAMP / 2 + DECAY * (1 - Math.exp(-(1 - RAMP) / DECAY));
    return WEEK_OF_SIGN_UPS / AFTERNOON_SECONDS / area;
  }

  /** This shape after a steady rate for a while. */
  public LoadShape after(double rate, double seconds) {
    List<Segment> longer = new ArrayList<>();
    longer.add(new Segment(seconds, rate, rate));
    longer.addAll(segments);
    return new LoadShape(longer);
  }

  public double seconds() {
    return segments.stream().mapToDouble(Segment::seconds).sum();
  }

  /** How many arrive in all, on average. */
  public double arrivals() {
    return segments.stream().mapToDouble(Segment::arrivals).sum();
  }

  /** The highest rate. */
  public double peak() {
    return segments.stream().mapToDouble(s -> Math.max(s.from(), s.to())).max().orElse(0);
  }
}
