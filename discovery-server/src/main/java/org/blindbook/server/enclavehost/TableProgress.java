package org.blindbook.server.enclavehost;

/**
 * How far a table is. Public: depends on no query.
 *
 * @param registrations it holds
 * @param sequence the last change of the store that it has
 * @param head the last change of the store
 */
public record TableProgress(long registrations, long sequence, long head) {
  /** Of an enclave without a table, or before anything is known. */
  public static final TableProgress NONE = new TableProgress(0, 0, 0);

  /** Changes of the store that lookups do not see yet. */
  public long lag() {
    return Math.max(0, head - sequence);
  }
}
