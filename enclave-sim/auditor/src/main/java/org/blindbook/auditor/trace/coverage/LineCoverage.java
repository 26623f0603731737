package org.blindbook.auditor.trace.coverage;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import org.blindbook.auditor.trace.coverage.ReviewedLines.Entry;
import org.blindbook.auditor.trace.instrument.Site;

/**
 * Whether every source line of an image ran under trace or was reviewed. A leak in a line that no
 * family runs is one that no comparison finds.
 *
 * @param lines how many there are
 * @param notRun lines that no family ran, reviewed or not, in order
 * @param unreviewed those of them that no reviewer let pass
 * @param outdated entries of the review that are wrong: what they speak of runs, or is gone
 */
public record LineCoverage(
    int lines, List<Site> notRun, List<Site> unreviewed, List<String> outdated) {

  /**
   * @param image its name in the review
   * @param all lines of the image that handle secrets
   * @param ran in any family
   * @param smallest whether inputs were the smallest, of which the review speaks: larger ones may
   *     run more
   */
  public static LineCoverage of(
      String image, List<Site> all, Set<Site> ran, ReviewedLines reviewed, boolean smallest) {
    List<Entry> entries = reviewed.of(image);
    List<Site> notRun =
        all.stream()
            .filter(line -> !ran.contains(line))
            .sorted(Comparator.comparing(Site::type).thenComparing(Site::line))
            .toList();
    List<Site> unreviewed =
        notRun.stream().filter(l -> entries.stream().noneMatch(e -> e.speaksOf(l))).toList();
    List<String> outdated = new ArrayList<>();
    for (Entry entry : entries) {
      List<Site> found = all.stream().filter(entry::speaksOf).toList();
      if (found.isEmpty()) {
        outdated.add(entry + ": gone");
      }
      found.stream()
          .filter(line -> smallest && ran.contains(line))
          .findFirst()
          .ifPresent(line -> outdated.add(entry + ": line " + line.line() + " runs"));
    }
    return new LineCoverage(all.size(), notRun, unreviewed, List.copyOf(outdated));
  }

  /** Whether nothing is left to review. */
  public boolean isComplete() {
    return unreviewed.isEmpty() && outdated.isEmpty();
  }
}
