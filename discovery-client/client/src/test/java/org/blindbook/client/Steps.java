package org.blindbook.client;

import java.io.IOException;

/** Counts the points where a client touches the outside world, and fails at chosen ones. */
final class Steps {
  /** The process ends here; nothing of it runs on. */
  static final class Halt extends Error {
    private static final long serialVersionUID = 1;

    Halt() {
      super("halted by the test", null, false, false);
    }
  }

  enum Failure {
    /** The process dies. */
    HALT,
    /** The network or the disk reports an error. */
    ERROR
  }

  private final Failure failure;
  private final int failAt;
  private int count;

  private Steps(Failure failure, int failAt) {
    this.failure = failure;
    this.failAt = failAt;
  }

  static Steps never() {
    return new Steps(Failure.ERROR, -1);
  }

  static Steps failing(Failure failure, int step) {
    return new Steps(failure, step);
  }

  /** Steps passed so far. */
  int count() {
    return count;
  }

  void pass() throws IOException {
    if (count++ == failAt) {
      if (failure == Failure.HALT) {
        throw new Halt();
      }
      throw new IOException("broken by the test");
    }
  }
}
