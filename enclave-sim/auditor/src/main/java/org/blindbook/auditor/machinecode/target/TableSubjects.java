package org.blindbook.auditor.machinecode.target;

import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** A whole lookup and a whole update of the smallest batch, and the routing of one by itself. */
final class TableSubjects {
  private static final int BATCH = 64;
  private static final int STORED = BATCH / 8;

  /** So many that any two batches of keys fit into one bucket. */
  private static final int BUCKET_SLOTS = STORED + BATCH;

  private static final int PAD = 8;

  private final ShippedTable table = ShippedTable.withBucketsOf(BUCKET_SLOTS, BATCH);
  private final ShippedTable.Columns changes = table.changes();
  private final ShippedTable.Columns queries = table.queries();
  private final long[] keyHi = new long[STORED];
  private final long[] keyLo = new long[STORED];
  private final Random random = new Random(1);

  TableSubjects() throws ReflectiveOperationException {
    for (int i = 0; i < STORED; i++) {
      keyHi[i] = random.nextLong();
      keyLo[i] = random.nextLong();
    }
  }

  List<Subject> all() throws ReflectiveOperationException {
    store();
    return List.of(routing(), lookup(), update());
  }

  /** Gives every key a value. */
  private void store() {
    for (int i = 0; i < BATCH; i++) {
      key(changes, i, i % STORED);
      changes.valueHi()[i] = random.nextLong();
      changes.valueLo()[i] = random.nextLong() | 1;
    }
    table.update();
  }

  /** To the bins and back, as in a lookup; every bin has room for the whole batch. */
  private static Subject routing() throws ReflectiveOperationException {
    Object geometry = ShippedTable.geometry(BUCKET_SLOTS);
    Object plan = Enclave.callStatic("table.BinPlan", "forLookup", BATCH, geometry);
    Object routing = Enclave.create("table.Routing", plan, ShippedTable.context());
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

  private void key(ShippedTable.Columns columns, int i, int stored) {
    columns.keyHi()[i] = keyHi[stored];
    columns.keyLo()[i] = keyLo[stored];
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
              key(queries, i, i / 2 % STORED);
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
              key(changes, i, i / 2 % STORED);
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
    changes.keyHi()[i] = ~keyHi[i % STORED];
    changes.keyLo()[i] = ~keyLo[i % STORED] + i;
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
