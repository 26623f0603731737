package org.blindbook.enclave.table;

/** The enclave's memory cannot hold a table for so many records. Nothing was changed. */
public final class TableFullException extends Exception {
  private static final long serialVersionUID = 1L;

  TableFullException(long records) {
    super(
        "The enclave's memory does not hold a table for "
            + records
            + " records. Give the enclave a larger heap, or delete registrations.");
  }
}
