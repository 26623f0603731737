package org.blindbook.contacts;

import java.util.List;
import org.blindbook.edge.identifier.Identifier;

/**
 * One entry of an address book.
 *
 * @param name as the user knows it; where the entry has none, its first identifier as written
 * @param identifiers distinct, in the order of the file; empty when none could be read
 */
public record Contact(String name, List<Identifier> identifiers) {
  public Contact {
    identifiers = List.copyOf(identifiers);
  }

  /** Hides whom the user knows. */
  @Override
  public String toString() {
    return "Contact[hidden]";
  }
}
