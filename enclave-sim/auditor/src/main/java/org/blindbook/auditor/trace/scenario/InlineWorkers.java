package org.blindbook.auditor.trace.scenario;

import java.util.List;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Runs the parts of a pass one after the other on the calling thread, in the order in which they
 * are handed over. Which thread runs a part is the machine's choice; where the work is cut, and
 * what a part does, is not.
 */
final class InlineWorkers extends AbstractExecutorService {
  private InlineWorkers() {}

  /** Takes the place of the threads of a lookup enclave's passes. */
  static void replaceThreadsOf(Object enclave) throws ReflectiveOperationException {
    Object table = value(value(enclave, "table"), "table");
    Object workers = value(value(table, "context"), "workers");
    TableTurns.field(workers, "helpers").set(workers, new InlineWorkers());
  }

  private static Object value(Object of, String name) throws ReflectiveOperationException {
    return TableTurns.field(of, name).get(of);
  }

  @Override
  public void execute(Runnable part) {
    part.run();
  }

  @Override
  public void shutdown() {
    throw new UnsupportedOperationException("it has no threads");
  }

  @Override
  public List<Runnable> shutdownNow() {
    throw new UnsupportedOperationException("it has no threads");
  }

  @Override
  public boolean isShutdown() {
    return false;
  }

  @Override
  public boolean isTerminated() {
    return false;
  }

  @Override
  public boolean awaitTermination(long timeout, TimeUnit unit) {
    return true;
  }
}
