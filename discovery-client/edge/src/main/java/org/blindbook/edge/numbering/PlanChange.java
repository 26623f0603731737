package org.blindbook.edge.numbering;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A change of a numbering plan that gave every subscriber of a range another number. Both ranges
 * are patterns over the digits of E.164: literal digits, and groups that both have alike, so that
 * each number of one is a number of the other.
 */
final class PlanChange {
  /** Literal digits at the start of any range: they find the changes that a number may be of. */
  static final int KEY_DIGITS = 2;

  private static final Pattern GROUP = Pattern.compile("\\((?!\\?)(?:[^()]|\\([^()]*\\))*\\)");

  private final String country;
  private final Range then;
  private final Range now;

  private PlanChange(String country, Range then, Range now) {
    this.country = country;
    this.then = then;
    this.now = now;
  }

  /**
   * @param line {@code country | since | then | now | source}
   */
  static PlanChange parse(String line) {
    String[] columns = line.split(" \\| ", -1);
    if (columns.length != 5) {
      throw new IllegalArgumentException("a plan change has five columns");
    }
    return new PlanChange(columns[0], new Range(columns[2]), new Range(columns[3]));
  }

  String country() {
    return country;
  }

  String patternOfThen() {
    return then.pattern;
  }

  String patternOfNow() {
    return now.pattern;
  }

  String keyOfThen() {
    return then.key();
  }

  String keyOfNow() {
    return now.key();
  }

  /** The number that a subscriber with this one has now; empty when it is not of the range. */
  Optional<String> now(String digits) {
    return then.rewritten(digits, now);
  }

  /** The number that a subscriber with this one had; empty when it is not of the range. */
  Optional<String> then(String digits) {
    return now.rewritten(digits, then);
  }

  /** Says which one it is. */
  @Override
  public String toString() {
    return country + " " + then.pattern;
  }

  /** A pattern, and how a number of it is put together of what its groups stand for. */
  private static final class Range {
    private final String pattern;
    private final String prefix;
    private final Pattern matching;
    private final String template;

    Range(String pattern) {
      this.pattern = pattern;
      this.prefix = pattern.substring(0, pattern.indexOf('('));
      this.matching = Pattern.compile(pattern);
      StringBuilder numbered = new StringBuilder();
      Matcher groups = GROUP.matcher(pattern);
      int end = 0;
      for (int i = 1; groups.find(); i++) {
        numbered.append(pattern, end, groups.start()).append('<').append(i).append('>');
        end = groups.end();
      }
      this.template = numbered.append(pattern.substring(end)).toString();
    }

    String key() {
      return pattern.substring(0, KEY_DIGITS);
    }

    Optional<String> rewritten(String digits, Range as) {
      if (!digits.startsWith(prefix)) {
        return Optional.empty(); // as nearly always, at a loader's hundred thousands a second
      }
      Matcher matcher = matching.matcher(digits);
      if (!matcher.matches()) {
        return Optional.empty();
      }
      String number = as.template;
      for (int i = 1; i <= matcher.groupCount(); i++) {
        number = number.replace("<" + i + ">", matcher.group(i));
      }
      return Optional.of(number);
    }
  }
}
