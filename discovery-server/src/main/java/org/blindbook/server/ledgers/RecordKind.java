package org.blindbook.server.ledgers;

/** What a record is of. The numbers and names are in files: none is ever given again. */
public enum RecordKind {
  /** An account's permits at lookup enclaves, sealed by them. */
  LOOKUP_LEDGER(1, "lookup-ledger", true),
  /** An account's permits at evaluator enclaves, sealed by them. */
  EVALUATOR_LEDGER(2, "evaluator-ledger", true),
  /** How much work an account has left. */
  WORK(3, "work", false),
  /** What loaders have left, and what they had evaluated. */
  BULK(4, "bulk", true),
  /** An account's permits at lookup enclaves of recent registrations, sealed by them. */
  RECENT_LEDGER(5, "recent-ledger", true);

  private final int number;
  private final String label;
  private final boolean durableFirst;

  RecordKind(int number, String label, boolean durableFirst) {
    this.number = number;
    this.label = label;
    this.durableFirst = durableFirst;
  }

  int number() {
    return number;
  }

  String label() {
    return label;
  }

  /**
   * Whether a change is on disk before it is acknowledged. What is not is written with the next
   * group: a crash may undo its last moment.
   */
  boolean durableFirst() {
    return durableFirst;
  }
}
