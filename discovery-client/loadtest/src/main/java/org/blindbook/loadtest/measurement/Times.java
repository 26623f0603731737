package org.blindbook.loadtest.measurement;

import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.Recorder;

/** Times of many events, to three digits. Recording is for several threads, taking for one. */
public final class Times {
  /** A run lasts no longer, waiting for the last answers included. */
  private static final long MAX_MICROS = TimeUnit.HOURS.toMicros(2);

  private static final int DIGITS = 3;

  private final Recorder recorder = new Recorder(MAX_MICROS, DIGITS);

  static Histogram histogram() {
    return new Histogram(MAX_MICROS, DIGITS);
  }

  void record(long nanos) {
    recorder.recordValue(Math.clamp(TimeUnit.NANOSECONDS.toMicros(nanos), 0, MAX_MICROS));
  }

  /** What was recorded since the last taking. */
  Histogram take() {
    return recorder.getIntervalHistogram();
  }
}
