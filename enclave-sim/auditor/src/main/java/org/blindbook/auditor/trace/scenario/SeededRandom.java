package org.blindbook.auditor.trace.scenario;

import java.security.SecureRandom;
import java.util.SplittableRandom;
import org.blindbook.auditor.trace.recording.Recorder;
import org.blindbook.auditor.trace.recording.Sites;

/** The same bytes for the same seed; tells the trace how many were drawn. Never for real keys. */
final class SeededRandom extends SecureRandom {
  private static final long serialVersionUID = 1;

  private final transient SplittableRandom bytes;
  private long drawn;

  SeededRandom(long seed) {
    super(null, null);
    this.bytes = new SplittableRandom(seed);
  }

  @Override
  public void nextBytes(byte[] target) {
    Recorder.report(Sites.DRAW, target.length);
    drawn += target.length;
    bytes.nextBytes(target);
  }

  /** Bytes so far. */
  long drawn() {
    return drawn;
  }
}
