package org.blindbook.cli;

/** Numbers of things in a sentence. */
final class Counted {
  private Counted() {}

  /** "1 contact", "2,000 contacts". */
  static String of(long count, String noun) {
    return "%,d %s%s".formatted(count, noun, count == 1 ? "" : "s");
  }
}
