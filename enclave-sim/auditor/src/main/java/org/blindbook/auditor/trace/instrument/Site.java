package org.blindbook.auditor.trace.instrument;

/**
 * A place in instrumented code that reports an event.
 *
 * @param type name of the class
 * @param line 0 when the class tells none
 * @param event what kind of event
 * @param detail the instruction, or the method called
 */
public record Site(String type, String method, int line, String event, String detail) {
  /** The event of a call into a trusted primitive. */
  public static final String TRUSTED = "trusted call";

  /** The event of a method's start. */
  public static final String ENTERED = "method entered";

  /** The event of a source line's start: not part of the trace. */
  public static final String LINE = "line";

  /** Class and method, as a reader of the source looks for them. */
  public String place() {
    return type + (method.isEmpty() ? "" : "." + method) + (line == 0 ? "" : ", line " + line);
  }

  @Override
  public String toString() {
    return place() + ": " + event + (detail.isEmpty() ? "" : " (" + detail + ")");
  }
}
