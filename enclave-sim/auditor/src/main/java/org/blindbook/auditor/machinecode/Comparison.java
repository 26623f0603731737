package org.blindbook.auditor.machinecode;

import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/**
 * Compares runs with a first one. The second run, on the same input, is the control: where it went
 * elsewhere in memory by the bytes that a run allocates, it touched objects that are new in each
 * run, or the collector's card of one; later runs must be displaced there by the same multiple.
 * Everywhere else addresses must be equal.
 */
final class Comparison {
  /** Heap bytes that one byte of the collector's card table stands for. */
  private static final int CARD = 512;

  private final StepTrace first;
  private final BitSet fresh = new BitSet();
  private final BitSet cards = new BitSet();
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

  /** Compares the control, and learns from it where runs touch objects that are new in each. */
  @Nullable Difference control(StepTrace control) {
    for (int i = 0; i < Math.min(first.length(), control.length()); i++) {
      long moved = control.address(i) - first.address(i);
      if (moved != 0 && control.pc(i) == first.pc(i)) {
        if (allocated == 0) {
          allocated = moved;
        }
        (moved == allocated ? fresh : cards).set(i);
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
      long moved = other.address(i) - first.address(i);
      if (first.pc(i) != other.pc(i) || !expected(i, moved, number * allocated)) {
        return difference(other, i);
      }
    }
    return first.length() == other.length() ? null : difference(other, common);
  }

  private boolean expected(int step, long moved, long objectsMoved) {
    if (cards.get(step)) {
      long card = Math.floorDiv(objectsMoved, (long) CARD);
      return moved == card || moved == card + 1;
    }
    return moved == (fresh.get(step) ? objectsMoved : 0);
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
