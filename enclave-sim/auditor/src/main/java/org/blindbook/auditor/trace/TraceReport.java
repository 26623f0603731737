package org.blindbook.auditor.trace;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.blindbook.auditor.trace.ObliviousnessCheck.FamilyResult;
import org.blindbook.auditor.trace.coverage.LineCoverage;
import org.blindbook.auditor.trace.instrument.CallRule;
import org.blindbook.auditor.trace.instrument.CallRules;
import org.blindbook.auditor.trace.instrument.Site;

/**
 * What the check says in the end.
 *
 * @param trusted the primitives that ran and are believed, not traced: method and reason
 * @param coverage which lines ran
 * @param whole whether every family ran with every kernel, so that coverage is judged
 */
record TraceReport(
    ShippedImage image,
    Scale scale,
    List<FamilyResult> families,
    Map<String, String> trusted,
    LineCoverage coverage,
    boolean whole) {

  /** How the check ends as a whole: the worst verdict of all. */
  enum Outcome {
    EQUAL(0),
    DIFFERS(2),
    UNANALYSED(3);

    final int exitCode;

    Outcome(int exitCode) {
      this.exitCode = exitCode;
    }
  }

  static Map<String, String> trusted(Set<Site> reached, CallRules rules) {
    Set<String> called =
        reached.stream()
            .filter(s -> s.event().equals(Site.TRUSTED))
            .map(Site::detail)
            .collect(Collectors.toSet());
    Map<String, String> reasons = new TreeMap<>();
    for (CallRule rule : rules.all()) {
      if (called.contains(rule.method())) {
        reasons.put(rule.method(), rule.reason());
      }
    }
    return reasons;
  }

  Outcome outcome() {
    boolean equal = !whole || coverage.isComplete();
    for (FamilyResult family : families) {
      if (family.verdict() instanceof Verdict.Differs) {
        return Outcome.DIFFERS;
      }
      equal &= family.verdict() instanceof Verdict.Equal;
    }
    return equal ? Outcome.EQUAL : Outcome.UNANALYSED;
  }

  /** The classes whose inner loops ran, by kernel. */
  Map<String, Set<String>> kernelClasses() {
    Map<String, Set<String>> classes = new TreeMap<>();
    for (FamilyResult family : families) {
      classes.computeIfAbsent(family.kernel(), k -> new TreeSet<>()).addAll(family.kernelClasses());
    }
    return classes;
  }
}
