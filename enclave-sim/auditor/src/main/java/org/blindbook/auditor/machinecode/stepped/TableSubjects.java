package org.blindbook.auditor.machinecode.stepped;

import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** A whole lookup and a whole update of the smallest batch, and the routing of one by itself. */
final class TableSubjects {
  private static final int BATCH = 64;
  private static final int PAD = 8;

  /** Plain Java takes long: a few keys, in buckets that hold them and a batch whatever happens. */
  private static final int PLAIN_STORED = 16;

  private static final int PLAIN_BUCKET_SLOTS = PLAIN_STORED + BATCH;

  private final String kernel;
  private final int stored;
  private final ShippedTable table;
  private final ShippedTable.Columns changes;
  private final ShippedTable.Columns queries;
  private final long[] keyHi;
  private final long[] keyLo;
  private final Random random = new Random(1);

  /**
   * @param kernel the table's inner loops
   */
  TableSubjects(String kernel) throws ReflectiveOperationException {
    boolean plain = kernel.equals("plain");
    this.kernel = kernel;
    this.stored = plain ? PLAIN_STORED : 400;
    this.table =
        plain
            ? ShippedTable.withBucketsOf(kernel, PLAIN_BUCKET_SLOTS, BATCH)
            : new ShippedTable(kernel, BATCH);
    this.changes = table.changes();
    this.queries = table.queries();
    this.keyHi = new long[stored];
    this.keyLo = new long[stored];
    for (int i = 0; i < stored; i++) {
      keyHi[i] = random.nextLong();
      keyLo[i] = random.nextLong();
    }
  }

  List<Subject> all() throws ReflectiveOperationException {
    store();
    return List.of(routing(), lookup(), update());
  }

  /** Gives every key a value, in whole batches. */
  private void store() {
    for (int from = 0; from < stored; from += BATCH) {
      for (int i = 0; i < BATCH; i++) {
        key(changes, i, (from + i) % stored);
        changes.valueHi()[i] = random.nextLong();
        changes.valueLo()[i] = random.nextLong() | 1;
      }
      table.update();
    }
  }

  /** To the bins and back, as in a lookup; every bin has room for the whole batch. */
  private Subject routing() throws ReflectiveOperationException {
    Object routing =
        Enclave.create("table.Routing", table.lookupPlan(BATCH), ShippedTable.context(kernel));
    long[] hi = Enclave.longs(routing, "tagHi");
    long[] lo = Enclave.longs(routing, "tagLo");
    long[][] values = {hi.clone(), hi.clone()};
    return Subject.of(
        "routing",
        List.of("random tags", "one tag, all queries", "one bin", "ascending pairs"),
        input -> {
          Random random = new Random(input);
          for (int i = 0; i < BATCH; i++) {
            hi[PAD + i] =
                switch (input) {
                  case 1 -> 7;
                  case 2 -> random.nextLong() >>> 1;
                  case 3 -> ((long) i >> 1) << 59;
                  default -> random.nextLong();
                };
            lo[PAD + i] = input == 1 || input == 3 ? 7 : random.nextLong();
          }
        },
        List.of(
            Enclave.bound(routing, "sort"),
            Enclave.bound(routing, "toBins"),
            Enclave.bound(routing, "carryBack", (Object) values)));
  }

  private void key(ShippedTable.Columns columns, int i, int number) {
    columns.keyHi()[i] = keyHi[number];
    columns.keyLo()[i] = keyLo[number];
  }

  private Subject lookup() {
    return Subject.of(
        "whole lookup",
        List.of("none found", "half found", "one key, all queries", "all dummies"),
        input -> {
          random.setSeed(input);
          for (int i = 0; i < BATCH; i++) {
            queries.keyHi()[i] = random.nextLong();
            queries.keyLo()[i] = random.nextLong();
            if (input == 1 && i % 2 == 0) {
              key(queries, i, i / 2 % stored);
            } else if (input == 2) {
              key(queries, i, 5);
            }
          }
          Arrays.fill(table.active(), input == 3 ? 0 : -1);
        },
        List.of(table.lookupCall()));
  }

  private Subject update() {
    return Subject.of(
        "whole update",
        List.of("new keys", "half new, half stored", "deletions, half of nothing", "one key"),
        input -> {
          removeNewKeys();
          store();
          random.setSeed(1000);
          for (int i = 0; i < BATCH; i++) {
            newKey(i);
            if ((input == 1 || input == 2) && i % 2 == 0) {
              key(changes, i, i / 2 % stored);
            } else if (input == 3) {
              key(changes, i, 5);
            }
            changes.valueHi()[i] = input == 2 ? 0 : random.nextLong();
            changes.valueLo()[i] = input == 2 ? 0 : random.nextLong() | 1;
          }
        },
        List.of(table.updateCall()));
  }

  private void newKey(int i) {
    changes.keyHi()[i] = ~keyHi[i % stored];
    changes.keyLo()[i] = ~keyLo[i % stored] + i;
  }

  private void removeNewKeys() {
    for (int i = 0; i < BATCH; i++) {
      newKey(i);
      changes.valueHi()[i] = 0;
      changes.valueLo()[i] = 0;
    }
    table.update();
  }
}
