package org.blindbook.attestation;

import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A policy that cannot be used. The text is a plain sentence for each mistake and names its line.
 */
public final class PolicyException extends Exception {
  private static final long serialVersionUID = 1;

  /** More of them than a reader wants to see at once. */
  private static final int MAX_SHOWN = 40;

  private final transient List<Mistake> found;

  /**
   * @param line from 1; 0 when it is of the whole file
   */
  record Mistake(int line, String text) {}

  PolicyException(String message) {
    this(0, message);
  }

  PolicyException(int line, String message) {
    this(List.of(new Mistake(line, message)));
  }

  PolicyException(List<Mistake> found) {
    super(
        found.stream()
            .sorted(Comparator.comparingInt(Mistake::line))
            .limit(MAX_SHOWN)
            .map(Mistake::text)
            .collect(Collectors.joining("\n")),
        null,
        false,
        false);
    this.found = List.copyOf(found);
  }

  List<Mistake> found() {
    return found;
  }

  /** A sentence for each mistake, in the order of their lines; the first few dozen. */
  public List<String> mistakes() {
    return String.valueOf(getMessage()).lines().toList();
  }
}
