package org.blindbook.auditor.trace.instrument;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.blindbook.auditor.trace.recording.Sites;

/** All sites of one check, by number. */
public final class SiteTable {
  private final List<Site> sites = new ArrayList<>();
  private final Map<Site, Integer> lines = new HashMap<>();

  SiteTable() {
    for (int i = 0; i < Sites.FIRST; i++) {
      sites.add(around(i));
    }
  }

  private static Site around(int number) {
    String event =
        switch (number) {
          case Sites.NONE -> "the end of the trace";
          case Sites.DRAW -> "random bytes drawn";
          case Sites.CALL -> "call into the enclave";
          case Sites.OUTCOME -> "call into the enclave ended";
          case Sites.ANSWER -> "what the host sees of an answer";
          case Sites.OTHER_THREAD -> "traced code ran on a second thread";
          case Sites.INITIALISER -> "a class failed to initialise itself";
          case Sites.TRUSTED_CALL -> "a trusted call failed";
          default -> "unused";
        };
    return new Site("(around the enclave)", "", 0, event, "");
  }

  synchronized int add(Site site) {
    sites.add(site);
    return sites.size() - 1;
  }

  /** The number of a line, which may begin in several places. */
  synchronized int number(Site line) {
    return lines.computeIfAbsent(line, this::add);
  }

  public synchronized Site get(int number) {
    return sites.get(number);
  }

  /** How many there are; numbers go from 0 to this, exclusive. */
  public synchronized int size() {
    return sites.size();
  }
}
