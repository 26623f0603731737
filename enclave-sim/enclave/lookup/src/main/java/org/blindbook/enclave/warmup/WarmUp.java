package org.blindbook.enclave.warmup;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import org.blindbook.enclave.table.TableContext;
import org.blindbook.enclave.table.TableFullException;

/**
 * Runs the table's code on data that is nobody's until C2 has compiled it, and tells when what C2
 * made of vector operations is no longer what runs. Before C2 they branch on data.
 *
 * <p>It shares nothing with the table that serves but the classes and the threads.
 */
public final class WarmUp {
  /** How often the JVM is asked what it has compiled; depends on nothing. */
  private static final Duration INTERVAL = Duration.ofMillis(250);

  /** So many intervals may pass while the table does nothing: a list takes the JVM 10 ms. */
  private static final int IDLE_INTERVALS = 16;

  private final TableContext context;

  /** Takes the JVM a third of a second to make: a core is free meanwhile. */
  private final CompletableFuture<CompiledCode> code =
      CompletableFuture.supplyAsync(CompiledCode::new);

  /**
   * @param context of the table that serves: the same loops, on the same threads
   */
  public WarmUp(TableContext context) {
    this.context = context;
  }

  /**
   * Warms up on the calling thread until a round has gone by in which C2's code was not given up,
   * however long it takes.
   *
   * @return what is compiled now, for {@link #awaitLossOf}
   * @throws IllegalStateException when the table does not do what it should, or the Java runtime
   *     does not tell what it has compiled
   */
  public Set<Integer> run() {
    try {
      Rehearsal rehearsal = new Rehearsal(context);
      rehearsal.begin();
      Set<Integer> before = Set.of();
      Set<Integer> after = inUse();
      for (int round = 0; round < Rehearsal.ACTS || !after.containsAll(before); round++) {
        rehearsal.round(round);
        before = after;
        after = inUse();
      }
      if (after.isEmpty()) {
        throw new IllegalStateException(
            "this Java runtime has compiled nothing, or does not say so");
      }
      return after;
    } catch (TableFullException e) {
      throw new IllegalStateException("the heap is too small to warm up", e);
    }
  }

  private Set<Integer> inUse() {
    return code.join().inUse();
  }

  /**
   * Returns once some of this code is no longer in use, or some that was compiled since.
   *
   * @param work changes whenever the table does something
   */
  public void awaitLossOf(Set<Integer> warm, LongSupplier work) {
    Set<Integer> before = warm;
    Set<Integer> after = warm;
    while (after.containsAll(before)) {
      long done = work.getAsLong();
      for (int i = 0; i < IDLE_INTERVALS && (i == 0 || work.getAsLong() == done); i++) {
        LockSupport.parkNanos(INTERVAL.toNanos());
      }
      before = after;
      after = inUse();
    }
  }
}
