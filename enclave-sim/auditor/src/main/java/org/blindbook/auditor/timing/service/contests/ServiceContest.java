package org.blindbook.auditor.timing.service.contests;

import java.io.IOException;
import java.util.Set;
import org.blindbook.auditor.timing.service.Contest;
import org.blindbook.auditor.timing.service.Quantity;
import org.blindbook.auditor.timing.service.Sample;

/** A contest made of a function. */
record ServiceContest(String name, Set<Quantity> planted, int sessions, Asking asking)
    implements Contest {

  /** Asks as one of the classes. */
  interface Asking {
    Sample ask(boolean second) throws IOException;
  }

  /** One session a measurement, and nothing planted. */
  ServiceContest(String name, Asking asking) {
    this(name, Set.of(), 1, asking);
  }

  @Override
  public Sample measure(boolean second) throws IOException {
    return asking.ask(second);
  }

  /**
   * @throws IOException with a plain sentence, unless it holds
   */
  static void require(boolean holds, String otherwise) throws IOException {
    if (!holds) {
      throw new IOException("The service did not answer as it should: " + otherwise + ".");
    }
  }
}
