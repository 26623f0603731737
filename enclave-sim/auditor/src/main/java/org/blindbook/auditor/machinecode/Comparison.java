package org.blindbook.auditor.machinecode;

import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/**
 * Compares runs with a first one. The second run, on the same input, is the control: where it went
 * elsewhere in memory by the bytes that a run allocates, it touched objects that are new in each
 * run, and later runs must be displaced there by the same multiple. Everywhere else addresses must
 * be equal.
 */
final class Comparison {
  private final StepTrace first;
  private final BitSet fresh = new BitSet();
  private long allocated;

  Comparison(StepTrace first) {
    this.first = first;
  }

  /**
   * Where two runs part.
   *
   * @param step number of the instruction, from 0
   * @param firstPc instruction of the first run, or -1 when it had ended
   * @param otherPc likewise of the other run
   * @param firstAddress memory address, up to a constant of the instruction
   * @param before the last instruction that both ran
   */
  record Difference(
      int step, long firstPc, long otherPc, long firstAddress, long otherAddress, long before) {
    boolean inPath() {
      return firstPc != otherPc;
    }
  }

  /** Compares the control, and learns from it which objects are new in each run. */
  @Nullable Difference control(StepTrace control) {
    for (int i = 0; i < Math.min(first.length(), control.length()); i++) {
      long moved = control.address(i) - first.address(i);
      if (moved != 0 && control.pc(i) == first.pc(i)) {
        if (allocated == 0) {
          allocated = moved;
        }
        fresh.set(i);
      }
    }
    return compare(control, 1);
  }

  /**
   * Compares a run on another input.
   *
   * @param number how many runs after the first
   */
  @Nullable Difference compare(StepTrace other, int number) {
    int common = Math.min(first.length(), other.length());
    for (int i = 0; i < common; i++) {
      long expected = first.address(i) + (fresh.get(i) ? number * allocated : 0);
      if (first.pc(i) != other.pc(i) || expected != other.address(i)) {
        return difference(other, i);
      }
    }
    return first.length() == other.length() ? null : difference(other, common);
  }

  private Difference difference(StepTrace other, int step) {
    return new Difference(
        step,
        step < first.length() ? first.pc(step) : -1,
        step < other.length() ? other.pc(step) : -1,
        step < first.length() ? first.address(step) : 0,
        step < other.length() ? other.address(step) : 0,
        step == 0 ? -1 : first.pc(step - 1));
  }
}
