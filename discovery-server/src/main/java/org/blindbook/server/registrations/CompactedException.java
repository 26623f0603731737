package org.blindbook.server.registrations;

/**
 * Who was unregistered after the reader's position may be missing among the changes, because the
 * store was compacted. The reader begins again from nothing.
 */
public final class CompactedException extends Exception {
  private static final long serialVersionUID = 1L;

  CompactedException() {
    super("the store was compacted past what was read of it");
  }
}
