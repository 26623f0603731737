package org.blindbook.contacts;

import java.util.List;
import org.blindbook.edge.identifier.Identifier;

/**
 * What one value of an address book was read as: for its user, to see why somebody is not found.
 *
 * @param line counted from 1; where a folded line or a row of several lines starts
 * @param name of the contact the value belongs to; empty if it belongs to none
 * @param field the column, property or attribute; empty for a line that could not be taken apart
 * @param identifiers all that is looked up because of this value
 * @param problems why parts of it could not be read, plain and without any of their text
 */
public record Reading(
    int line, String name, String field, List<Identifier> identifiers, List<String> problems) {
  public Reading {
    identifiers = List.copyOf(identifiers);
    problems = List.copyOf(problems);
  }

  /** Hides whom the user knows. */
  @Override
  public String toString() {
    return "Reading[line %d, %d identifiers, %d problems]"
        .formatted(line, identifiers.size(), problems.size());
  }
}
