package org.blindbook.server.enclavehost;

import java.util.OptionalLong;

/**
 * How far a table is. Public: depends on no query.
 *
 * @param registrations it holds
 * @param sequence the last change of the store that it has
 * @param head the last change of the store that can be followed
 * @param completeNanos by {@link System#nanoTime}, when it last had all of the store; empty before
 * @param writerNanos by the same, since when the same transaction is known to hold back what others
 *     register; empty when none does
 */
public record TableProgress(
    long registrations,
    long sequence,
    long head,
    OptionalLong completeNanos,
    OptionalLong writerNanos) {
  /** Of an enclave without a table, or before anything is known. */
  public static final TableProgress NONE = new TableProgress(0, 0, 0);

  public TableProgress(long registrations, long sequence, long head) {
    this(registrations, sequence, head, OptionalLong.empty(), OptionalLong.empty());
  }

  /** Changes of the store that lookups do not see yet. */
  public long lag() {
    return Math.max(0, head - sequence);
  }
}
