package org.blindbook.edge.numbering;

import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/** Random numbers of a range: of patterns with digits, classes, groups, alternatives and counts. */
final class Samples {
  private final String pattern;
  private final RandomGenerator random;
  private int at;

  private Samples(String pattern, RandomGenerator random) {
    this.pattern = pattern;
    this.random = random;
  }

  static String of(String pattern, RandomGenerator random) {
    return new Samples(pattern, random).alternatives();
  }

  private String alternatives() {
    List<String> all = new ArrayList<>();
    all.add(sequence());
    while (at < pattern.length() && pattern.charAt(at) == '|') {
      at++;
      all.add(sequence());
    }
    return all.get(random.nextInt(all.size()));
  }

  private String sequence() {
    StringBuilder digits = new StringBuilder();
    while (at < pattern.length() && pattern.charAt(at) != '|' && pattern.charAt(at) != ')') {
      int start = at;
      digits.append(one());
      for (int more = count() - 1; more > 0; more--) {
        int end = at;
        at = start;
        digits.append(one());
        at = end;
      }
    }
    return digits.toString();
  }

  private int count() {
    if (at >= pattern.length() || pattern.charAt(at) != '{') {
      return 1;
    }
    int end = pattern.indexOf('}', at);
    int count = Integer.parseInt(pattern.substring(at + 1, end));
    at = end + 1;
    return count;
  }

  private String one() {
    char c = pattern.charAt(at++);
    switch (c) {
      case '(' -> {
        if (pattern.startsWith("?:", at)) {
          at += 2;
        }
        String inside = alternatives();
        at++;
        return inside;
      }
      case '\\' -> {
        at++;
        return String.valueOf(random.nextInt(10));
      }
      case '[' -> {
        int end = pattern.indexOf(']', at);
        List<Character> members = new ArrayList<>();
        for (; at < end; at++) {
          if (pattern.charAt(at) == '-') {
            for (char d = pattern.charAt(at - 1); d < pattern.charAt(at + 1); d++) {
              members.add((char) (d + 1));
            }
            at++;
          } else {
            members.add(pattern.charAt(at));
          }
        }
        at++;
        return members.get(random.nextInt(members.size())).toString();
      }
      default -> {
        return String.valueOf(c);
      }
    }
  }
}
