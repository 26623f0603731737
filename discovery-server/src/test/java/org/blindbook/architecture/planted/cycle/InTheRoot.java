package org.blindbook.architecture.planted.cycle;

import org.blindbook.architecture.planted.cycle.part.InAPart;

/** Wires the part, which is as it should be; that the part knows it is not. */
public final class InTheRoot {
  public static final int NUMBER = Integer.parseInt("1");

  public InAPart part() {
    return new InAPart();
  }
}
