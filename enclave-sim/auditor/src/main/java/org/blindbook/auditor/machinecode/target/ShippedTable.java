package org.blindbook.auditor.machinecode.target;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.SplittableRandom;

/**
 * The shipped table with one batch of each kind, used again and again. Its randomness repeats from
 * run to run.
 */
public final class ShippedTable {
  private static final SplittableRandom DRAWS = new SplittableRandom(42);

  private final Columns queries;
  private final Columns changes;
  private final long[] active;
  private final MethodHandle lookup;
  private final MethodHandle update;

  /** Keys and values of a batch, its own arrays. */
  public record Columns(long[] keyHi, long[] keyLo, long[] valueHi, long[] valueLo) {
    static Columns of(Object batch) throws ReflectiveOperationException {
      return new Columns(
          Enclave.longs(batch, "keyHi"),
          Enclave.longs(batch, "keyLo"),
          Enclave.longs(batch, "valueHi"),
          Enclave.longs(batch, "valueLo"));
    }
  }

  /** An empty table of the smallest size. */
  public ShippedTable(int batchSize) throws ReflectiveOperationException {
    MethodHandles.Lookup here = MethodHandles.lookup();
    MethodHandle draw =
        here.findStatic(
            ShippedTable.class, "draw", MethodType.methodType(void.class, long[].class));
    Object table =
        Enclave.callStatic("table.ObliviousTable", "create", Enclave.randomSource(here, draw));
    Object lookupBatch = Enclave.create("table.LookupBatch", batchSize);
    Object updateBatch = Enclave.create("table.UpdateBatch", batchSize);
    this.queries = Columns.of(lookupBatch);
    this.changes = Columns.of(updateBatch);
    this.active = Enclave.longs(lookupBatch, "active");
    this.lookup = Enclave.bound(table, "lookup", lookupBatch);
    this.update = Enclave.bound(table, "update", updateBatch);
  }

  static void draw(long[] target) {
    for (int i = 0; i < target.length; i++) {
      target[i] = DRAWS.nextLong();
    }
  }

  public Columns queries() {
    return queries;
  }

  public Columns changes() {
    return changes;
  }

  /** All ones for each real query. */
  public long[] active() {
    return active;
  }

  MethodHandle lookupCall() {
    return lookup;
  }

  MethodHandle updateCall() {
    return update;
  }

  public void lookup() {
    call(lookup);
  }

  public void update() {
    call(update);
  }

  private static void call(MethodHandle call) {
    try {
      call.invokeExact();
    } catch (Throwable e) {
      throw new IllegalStateException("the enclave's table did not do what was asked", e);
    }
  }
}
