package org.blindbook.enclave.table;

/** The enclave's memory cannot hold a table for so many records. The table is unchanged. */
public final class TableFullException extends Exception {
  private static final long serialVersionUID = 1L;

  TableFullException(long records, long capacity) {
    super(
        "The table holds at most "
            + capacity
            + " records in the enclave's memory, and "
            + records
            + " are needed. Give the enclave a larger heap, or delete registrations.");
  }
}
