package org.blindbook.auditor.timing.service;

import java.io.IOException;
import java.util.Set;

/** Two classes of sessions that differ in secrets only, or in something that is planted. */
public interface Contest {
  String name();

  /**
   * The quantities in which the second class must be seen to take longer, because something is
   * planted. Empty for a contest in which no quantity may differ.
   */
  Set<Quantity> planted();

  /** Sessions that one measurement takes. */
  int sessions();

  /**
   * Asks, and checks that the answer is the right one.
   *
   * @param second whether of the second class
   * @throws IOException when the service did not answer, or not as it should
   */
  Sample measure(boolean second) throws IOException;
}
