package org.blindbook.server.registrations;

/**
 * How far somebody has followed a store.
 *
 * @param sequence every change up to it is known
 * @param began the store's head when it was followed from nothing; or the sequence number of the
 *     copy that following began with. Of who was unregistered up to then nothing was ever known
 */
public record Position(long sequence, long began) {
  /** Whether no deletion is missed where all up to the horizon are gone. */
  boolean isBeyond(long horizon) {
    return Math.max(sequence, began) >= horizon;
  }
}
