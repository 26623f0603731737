package org.blindbook.enclave.oblivious;

/**
 * Methods that stand for code on secrets and that C2 has to give up: it compiles them on what it
 * has seen, then they see something else.
 */
public final class GivenUpCode {
  private static final int CALLS = 30_000;
  private static final int STEPS = 100;

  /** Something whose only subclass is known to C2 when it compiles. */
  public abstract static class Shape {
    abstract long area(long side);
  }

  /** The one that is loaded first. */
  public static class Square extends Shape {
    @Override
    long area(long side) {
      return side * side;
    }
  }

  /** Loaded when somebody names it. */
  public static class Disc extends Shape {
    @Override
    long area(long side) {
      return side * side * 3;
    }
  }

  private long sum;

  /** Has both methods compiled: the JVM needs a moment more to do it. */
  public void compile() {
    Square square = new Square();
    for (int i = 0; i < CALLS; i++) {
      branching(-1);
      choosing(-1);
      dispatching(square);
    }
  }

  /** A branch that was never taken is taken; works once in a process. */
  public void takeTheOtherBranch() {
    branching(STEPS / 2);
  }

  /** As {@link #takeTheOtherBranch}, for another test. */
  public void makeTheOtherChoice() {
    choosing(STEPS / 2);
  }

  /**
   * A class is loaded that makes a call ambiguous, once in a process; nothing has to run for that.
   * Not declared a {@link Shape}: the verifier would load the class early.
   */
  public Object loadAnotherClass() {
    return new Disc();
  }

  public long sum() {
    return sum;
  }

  private void branching(int special) {
    for (int i = 0; i < STEPS; i++) {
      if (i == special) {
        sum ^= 0x55;
      }
      sum += i;
    }
  }

  private void choosing(int special) {
    for (int i = 0; i < STEPS; i++) {
      sum += i == special ? sum ^ 0x55 : i;
    }
  }

  private void dispatching(Shape shape) {
    for (int i = 0; i < STEPS; i++) {
      sum += shape.area(i);
    }
  }
}
