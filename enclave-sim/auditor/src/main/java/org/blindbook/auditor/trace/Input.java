package org.blindbook.auditor.trace;

import org.blindbook.auditor.trace.recording.Recorder;

/**
 * One input of a family.
 *
 * @param name says what is secret about it
 */
public record Input(String name, Body body) {

  /** What runs. The same body does the same each time it runs. */
  @FunctionalInterface
  public interface Body {
    /** Runs once, and lets the recorder record what is to be compared. */
    void run(Recorder recorder) throws Exception;
  }
}
