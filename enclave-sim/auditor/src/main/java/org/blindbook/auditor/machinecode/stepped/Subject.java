package org.blindbook.auditor.machinecode.stepped;

import java.lang.invoke.MethodHandle;
import java.util.List;
import java.util.function.IntConsumer;

/**
 * Calls that are watched, on inputs of one public shape.
 *
 * @param planted whether it leaks on purpose, so that the check can show that it sees
 * @param inputs names of the inputs; the first is run twice, as the control
 * @param warmUp how many of the inputs, from the first on, may be met before the watched calls
 * @param load puts an input into the arrays that the calls use, always the same ones
 * @param calls what is watched: handles without arguments and results
 */
record Subject(
    String name,
    boolean planted,
    List<String> inputs,
    int warmUp,
    IntConsumer load,
    List<MethodHandle> calls) {

  static Subject of(String name, List<String> inputs, IntConsumer load, List<MethodHandle> calls) {
    return new Subject(name, false, inputs, inputs.size(), load, calls);
  }

  /** A leak that compiles from a profile of its first input only. */
  static Subject planted(
      String name, List<String> inputs, IntConsumer load, List<MethodHandle> calls) {
    return new Subject(name, true, inputs, 1, load, calls);
  }
}
