package org.blindbook.auditor.machinecode.stepped;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.SplittableRandom;

/**
 * The shipped table with one batch of each kind, used again and again. Its randomness repeats from
 * run to run.
 */
public final class ShippedTable {
  private static final int ONE_THREAD = 1;

  private static final SplittableRandom DRAWS = new SplittableRandom(42);

  private final Object table;
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

  /**
   * An empty table of the smallest size.
   *
   * @param kernel its inner loops, as in the enclave's setting {@code table.kernel}
   */
  public ShippedTable(String kernel, int batchSize) throws ReflectiveOperationException {
    this(Enclave.callStatic("table.ObliviousTable", "create", context(kernel)), batchSize);
  }

  /**
   * An empty table of two buckets, made smaller than any that the enclave makes: what runs is the
   * same, the loops over a bucket are shorter. It never grows.
   *
   * @param bucketSlots slots of a bucket, a multiple of 16; no bucket may get more records
   */
  static ShippedTable withBucketsOf(String kernel, int bucketSlots, int batchSize)
      throws ReflectiveOperationException {
    Object geometry =
        Enclave.with(
            Enclave.callStatic("table.Geometry", "holding", 0L), "bucketSlots", bucketSlots);
    Object buckets = Enclave.callStatic("table.Buckets", "create", geometry, random());
    return new ShippedTable(
        Enclave.create("table.ObliviousTable", context(kernel), buckets, 0L), batchSize);
  }

  /** What the enclave gives its tables, but for the randomness. */
  static Object context(String kernel) throws ReflectiveOperationException {
    return Enclave.callStatic("table.TableContext", "of", random(), kernel, ONE_THREAD);
  }

  private static Object random() throws ReflectiveOperationException {
    MethodHandles.Lookup here = MethodHandles.lookup();
    return Enclave.randomSource(
        here,
        here.findStatic(
            ShippedTable.class, "draw", MethodType.methodType(void.class, long[].class)));
  }

  private ShippedTable(Object table, int batchSize) throws ReflectiveOperationException {
    this.table = table;
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

  /** The shape in which a batch of this size meets the table. */
  Object lookupPlan(int size) throws ReflectiveOperationException {
    return Enclave.call(Enclave.value(table, "lookups"), "plan", size);
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
