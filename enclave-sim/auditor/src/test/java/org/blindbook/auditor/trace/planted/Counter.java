package org.blindbook.auditor.trace.planted;

/** A lock and a field, for {@link Objects}. */
final class Counter {
  long count;

  synchronized void tick() {
    count++;
  }
}
