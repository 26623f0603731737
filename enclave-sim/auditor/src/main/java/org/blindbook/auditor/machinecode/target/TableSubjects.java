package org.blindbook.auditor.machinecode.target;

import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** A whole lookup and a whole update on the smallest table, routing included. */
final class TableSubjects {
  private static final int BATCH = 64;
  private static final int STORED = 400;

  private final ShippedTable table = new ShippedTable(BATCH);
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

  List<Subject> all() {
    store();
    return List.of(lookup(), update());
  }

  /** Gives every key a value, in whole batches; the last ones overlap. */
  private void store() {
    for (int from = 0; from < STORED; from += BATCH) {
      for (int i = 0; i < BATCH; i++) {
        key(changes, i, Math.min(from, STORED - BATCH) + i);
        changes.valueHi()[i] = random.nextLong();
        changes.valueLo()[i] = random.nextLong() | 1;
      }
      table.update();
    }
  }

  private void key(ShippedTable.Columns columns, int i, int stored) {
    columns.keyHi()[i] = keyHi[stored];
    columns.keyLo()[i] = keyLo[stored];
  }

  private Subject lookup() {
    return Subject.of(
        "whole lookup",
        List.of("none found", "all found", "one key, all queries", "half found", "all dummies"),
        input -> {
          random.setSeed(input);
          for (int i = 0; i < BATCH; i++) {
            queries.keyHi()[i] = random.nextLong();
            queries.keyLo()[i] = random.nextLong();
            if (input == 1 || (input == 3 && i % 2 == 0)) {
              key(queries, i, (i + 17) % STORED);
            } else if (input == 2) {
              key(queries, i, 5);
            }
          }
          Arrays.fill(table.active(), input == 4 ? 0 : -1);
        },
        List.of(table.lookupCall()));
  }

  private Subject update() {
    return Subject.of(
        "whole update",
        List.of(
            "new keys", "stored keys", "deletions", "deletions of nothing", "one key, all entries"),
        input -> {
          removeNewKeys();
          store();
          random.setSeed(1000);
          for (int i = 0; i < BATCH; i++) {
            newKey(i);
            if (input == 1 || input == 2) {
              key(changes, i, (i + 17) % STORED);
            } else if (input == 4) {
              key(changes, i, 5);
            }
            boolean deletes = input == 2 || input == 3;
            changes.valueHi()[i] = deletes ? 0 : random.nextLong();
            changes.valueLo()[i] = deletes ? 0 : random.nextLong() | 1;
          }
        },
        List.of(table.updateCall()));
  }

  private void newKey(int i) {
    changes.keyHi()[i] = ~keyHi[i];
    changes.keyLo()[i] = ~keyLo[i];
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
