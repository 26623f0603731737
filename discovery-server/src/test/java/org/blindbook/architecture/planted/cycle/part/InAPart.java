package org.blindbook.architecture.planted.cycle.part;

import org.blindbook.architecture.planted.cycle.InTheRoot;

/** A part that uses the package above it. */
public final class InAPart {
  public int number() {
    return InTheRoot.NUMBER;
  }
}
