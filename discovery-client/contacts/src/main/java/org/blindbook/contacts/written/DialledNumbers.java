package org.blindbook.contacts.written;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.blindbook.contacts.written.Plans.Candidate;
import org.blindbook.edge.identifier.Identifier;
import org.jspecify.annotations.Nullable;

/**
 * One phone number, without words, made international: as it is dialled in the region of the
 * address book, and where the contact lives. What can be two people's number is neither's.
 */
final class DialledNumbers {
  private final RegionalNumbers here;

  /** As dialled where the contact lives, if that is somewhere else. */
  private final List<RegionalNumbers> elsewhere;

  /**
   * @param region where national numbers are dialled, or null to read none
   */
  DialledNumbers(@Nullable String region, DiallingPrefixes prefixes) {
    this(new RegionalNumbers(region, prefixes), List.of());
  }

  private DialledNumbers(RegionalNumbers here, List<RegionalNumbers> elsewhere) {
    this.here = here;
    this.elsewhere = elsewhere;
  }

  /**
   * A number that was read.
   *
   * @param listed as what a plan has it, or null if none does
   * @param isWhole whether it is listed, and written in a way that lacks nothing in front: such a
   *     number may stand beside others without a word between them
   */
  record Number(Identifier identifier, @Nullable Candidate listed, boolean isWhole) {
    boolean isListed() {
      return listed != null;
    }

    /** How many, with those of the country code. */
    int digits() {
      return identifier.canonical().length() - "tel:+".length();
    }
  }

  /**
   * @param written ASCII digits, a plus, stars and hashes, and any separators
   */
  Number read(String written) throws UnreadableException {
    return elsewhere.isEmpty() ? here.read(written) : readInAll(written);
  }

  /**
   * The number of somebody who lives elsewhere: as dialled there or here, if only one of the two is
   * a number.
   */
  private Number readInAll(String written) throws UnreadableException {
    Map<String, Number> listed = new LinkedHashMap<>();
    UnreadableException problem = null;
    Number inBook = null;
    try {
      inBook = here.read(written);
      put(inBook, listed);
    } catch (UnreadableException e) {
      problem = e;
    }
    for (RegionalNumbers there : elsewhere) {
      try {
        put(there.read(written), listed);
      } catch (UnreadableException e) {
        problem = problem == null && inBook == null ? e : problem;
      }
    }
    List<Number> whole = listed.values().stream().filter(Number::isWhole).toList();
    List<Number> found = whole.isEmpty() ? List.copyOf(listed.values()) : whole;
    if (found.size() > 1) {
      throw here.ambiguous(found.stream().map(Number::listed).toList());
    }
    if (found.size() == 1 && (problem == null || !problem.isAmbiguous())) {
      return found.get(0);
    }
    if (problem != null) {
      throw problem;
    }
    return Objects.requireNonNull(inBook);
  }

  private static void put(Number number, Map<String, Number> listed) {
    Candidate candidate = number.listed();
    if (candidate != null) {
      listed.putIfAbsent(candidate.current(), number);
    }
  }

  /** Whether some regions have no other way to dial than this one, as far as is known. */
  boolean areDialledIn(Set<String> regions) {
    return regions.stream().noneMatch(here::differsFrom);
  }

  /** Numbers of somebody whose book is of this region, and who lives in others. */
  DialledNumbers alsoDialledIn(Set<String> regions) {
    return new DialledNumbers(
        here, regions.stream().filter(here::differsFrom).map(here::in).toList());
  }

  /** Whether there are digits enough for a whole number of the book's region. */
  boolean isLong(String written) {
    return here.isLong(written);
  }

  /** Whether there are so few digits that it must be something else, such as an extension. */
  boolean isShort(String written) {
    return here.isShort(written);
  }

  static int digits(String written) {
    return (int) written.chars().filter(c -> c >= '0' && c <= '9').count();
  }
}
