package org.blindbook.auditor.trace;

import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.blindbook.auditor.trace.ObliviousnessCheck.FamilyResult;
import org.blindbook.auditor.trace.instrument.CallRule;
import org.blindbook.auditor.trace.instrument.CallRules;
import org.blindbook.auditor.trace.instrument.Site;

/**
 * What the check says in the end.
 *
 * @param trusted the primitives that ran and are believed, not traced: method and reason
 * @param neverEntered methods that no family reached, by class
 */
record TraceReport(
    ShippedImage image,
    Scale scale,
    List<FamilyResult> families,
    Map<String, String> trusted,
    Map<String, Set<String>> neverEntered) {

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

  static TraceReport of(
      ShippedImage image,
      Scale scale,
      List<FamilyResult> families,
      ObliviousnessCheck check,
      CallRules rules) {
    BitSet reached = check.reached();
    List<Site> sites = reached.stream().mapToObj(check.sites()::get).toList();
    Map<String, Set<String>> entered =
        sites.stream()
            .filter(s -> s.event().equals(Site.ENTERED))
            .collect(
                Collectors.groupingBy(
                    Site::type, TreeMap::new, Collectors.mapping(Site::method, toSet())));
    return new TraceReport(
        image, scale, families, trusted(sites, rules), without(check.methods(), entered));
  }

  private static java.util.stream.Collector<String, ?, Set<String>> toSet() {
    return Collectors.toCollection(TreeSet::new);
  }

  private static Map<String, String> trusted(List<Site> sites, CallRules rules) {
    Set<String> called =
        sites.stream()
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

  private static Map<String, Set<String>> without(
      Map<String, Set<String>> all, Map<String, Set<String>> entered) {
    Map<String, Set<String>> left = new TreeMap<>();
    all.forEach(
        (type, methods) -> {
          Set<String> rest = new TreeSet<>(methods);
          rest.removeAll(entered.getOrDefault(type, Set.of()));
          if (!rest.isEmpty()) {
            left.put(type, rest);
          }
        });
    return left;
  }

  Outcome outcome() {
    boolean equal = true;
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
