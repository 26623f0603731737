package org.blindbook.server.registrations;

/**
 * How far the last load of a blinded store came: written with the registrations, in the same
 * transaction, and gone with the next write of anybody else. So whoever finds it knows that the
 * store says what these rows say.
 *
 * @param rows of the file, from its first one, that are in the store
 * @param name of these rows, made by the evaluator ({@link LookupKeys#nameOf}): a plain digest
 *     would let a thief of the store try who is in a short file
 */
public record LoadProgress(Operation operation, long rows, byte[] name) {
  @Override
  public String toString() {
    return "LoadProgress[" + rows + " rows]";
  }
}
