package org.blindbook.auditor.trace;

import java.util.List;
import org.blindbook.auditor.trace.instrument.Site;

/** What a comparison found. Only {@link Equal} is a pass. */
public sealed interface Verdict {

  /** Every input gave the same events in the same order. */
  record Equal() implements Verdict {}

  /** An input gave other events than the first one: somebody who watches can tell them apart. */
  record Differs(Divergence at) implements Verdict {}

  /** The same input gave other events when it ran again: nothing can be concluded. */
  record Nondeterministic(String input) implements Verdict {}

  /**
   * Nothing differed, but code ran that the check cannot see into.
   *
   * @param because each a sentence
   */
  record Unanalysed(List<String> because) implements Verdict {}

  /**
   * The first difference between two traces.
   *
   * @param event its number, from 0
   * @param before the last site that both ran
   */
  record Divergence(
      String firstInput, String otherInput, long event, Seen first, Seen other, Site before) {}

  /** What one of two runs showed where they differ. */
  record Seen(Site site, long value) {
    @Override
    public String toString() {
      return switch (site.event()) {
        case "array read", "array write" ->
            site + ", array " + (value >>> 32) + " index " + (int) value;
        default -> site + " = " + value;
      };
    }
  }
}
