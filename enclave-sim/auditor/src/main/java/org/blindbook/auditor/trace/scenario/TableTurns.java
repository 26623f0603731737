package org.blindbook.auditor.trace.scenario;

import java.lang.reflect.Constructor;
import java.lang.reflect.Field;
import java.lang.reflect.Method;

/**
 * The table's thread, turn by turn on the calling thread. Its loop is not public, nor is the table:
 * no host can do this, and the trusted code has no door for it.
 */
final class TableTurns {
  private static final String TABLE = "org.blindbook.enclave.table.";

  private final Object thread;
  private final Method turn;

  TableTurns(Object enclave) throws ReflectiveOperationException {
    this.thread = field(enclave, "table").get(enclave);
    this.turn = thread.getClass().getDeclaredMethod("turn", boolean.class);
    turn.setAccessible(true);
  }

  /** A private member of the enclave's. */
  static Field field(Object of, String name) throws ReflectiveOperationException {
    Field field = of.getClass().getDeclaredField(name);
    field.setAccessible(true);
    return field;
  }

  /** One turn; false when there was nothing to do. */
  boolean take(boolean patient) {
    return (boolean) Stage.invoke(turn, thread, patient);
  }

  /**
   * Begins to grow the table, of which nothing is fed yet. A table does so at fifteen sixteenths of
   * its capacity; the smallest feed all of their slots with the same update, so that no change ever
   * comes in between.
   */
  Object beginToGrow() {
    try {
      Object table = field(thread, "table").get(thread);
      Object context = field(table, "context").get(table);
      Object buckets = field(table, "buckets").get(table);
      Method capacity = table.getClass().getMethod("capacity");
      Class<?> geometry = Class.forName(TABLE + "Geometry");
      Method holding = geometry.getDeclaredMethod("holding", long.class);
      holding.setAccessible(true);
      Object larger = holding.invoke(null, (long) capacity.invoke(table) + 1);
      Constructor<?> growth =
          Class.forName(TABLE + "Growth")
              .getDeclaredConstructor(context.getClass(), buckets.getClass(), geometry);
      growth.setAccessible(true);
      Object begun = growth.newInstance(context, buckets, larger);
      field(table, "growth").set(table, begun);
      return begun;
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("this auditor does not fit the enclave's table", e);
    }
  }
}
