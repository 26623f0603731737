package org.blindbook.enclave.table;

/** The chunks are not one whole image of a table that fits here. Nothing was restored. */
public final class TableImageException extends Exception {
  private static final long serialVersionUID = 1L;

  TableImageException(String message) {
    super(message);
  }
}
