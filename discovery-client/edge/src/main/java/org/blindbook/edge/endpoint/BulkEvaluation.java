package org.blindbook.edge.endpoint;

/** What a loader may ask for at {@link Paths#BULK_EVALUATION}. */
public final class BulkEvaluation {
  /**
   * Elements of one request, a size class. More would make a proof's share of an element cheaper,
   * by 4 % from here to four times as many; but a request holds one of the evaluator's threads for
   * all its elements, here some 0.2 s, and clients wait for the same threads.
   */
  public static final int MAX_ELEMENTS = 2_048;

  private BulkEvaluation() {}
}
