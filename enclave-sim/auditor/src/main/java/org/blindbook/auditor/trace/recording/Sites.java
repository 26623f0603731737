package org.blindbook.auditor.trace.recording;

/** Site numbers that stand for no place in instrumented code. */
public final class Sites {
  public static final int NONE = 0;

  /** Random bytes drawn; the value is how many. */
  public static final int DRAW = 1;

  /** A call into the enclave began; the value is the call's number in its scenario. */
  public static final int CALL = 2;

  /** A call into the enclave ended; the value says how, by class of the exception. */
  public static final int OUTCOME = 3;

  /** What the host sees of an answer: a length, a reason to close, a number of its statistics. */
  public static final int ANSWER = 5;

  /** Instrumented code ran on a second thread. */
  public static final int OTHER_THREAD = 4;

  /** A class failed to initialise itself. */
  public static final int INITIALISER = 6;

  /** A trusted call of instrumented code failed. */
  public static final int TRUSTED_CALL = 7;

  /** The first number for a place in instrumented code. */
  public static final int FIRST = 8;

  private Sites() {}
}
