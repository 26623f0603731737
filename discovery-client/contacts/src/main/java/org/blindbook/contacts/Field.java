package org.blindbook.contacts;

/**
 * A column, property or attribute of an address book, and whether it was read.
 *
 * @param name as the file has it, fit for a terminal; "column 3" where the file gives none
 */
public record Field(String name, Content content) {
  /** What was read from a field. */
  public enum Content {
    PHONE_NUMBERS,
    EMAIL_ADDRESSES,
    NAMES,
    /** The field was passed over. */
    NOT_READ
  }

  /** Hides the name: a file may have anything in the place of one. */
  @Override
  public String toString() {
    return "Field[%s]".formatted(content);
  }
}
