package org.blindbook.auditor.machinecode;

import java.util.List;

/** What stepping through one subject showed. Only {@link Equal} is a pass. */
sealed interface Verdict {

  /** Every input executed the same instructions on the same addresses. */
  record Equal() implements Verdict {}

  /**
   * An input went another way than the first one.
   *
   * @param event {@code instruction} or {@code address}
   * @param before the last instruction that both executed
   */
  record Differs(
      String firstInput,
      String otherInput,
      int step,
      String event,
      Seen first,
      Seen other,
      Seen before)
      implements Verdict {}

  /** The same input went another way when it ran again: nothing can be concluded. */
  record Nondeterministic(int step, Seen first, Seen other) implements Verdict {}

  /**
   * Nothing differed as far as it went, but there was no time, or no memory, for all inputs.
   *
   * @param runs that were recorded to their end, the control included
   * @param wanted runs in all
   */
  record NotFinished(int runs, int wanted) implements Verdict {}

  /** Nothing differed, but part of what ran cannot be judged. */
  record Unanalysed(List<String> because) implements Verdict {}

  /**
   * An executed instruction.
   *
   * @param place compiled method and offset, or stub, or library
   * @param code its bytes and those behind it, in hexadecimal
   * @param address what it touched, up to a constant of the instruction
   */
  record Seen(String place, String code, long address) {}
}
