package org.blindbook.enclave.warmup;

import java.util.Arrays;
import org.blindbook.enclave.table.LookupBatch;
import org.blindbook.enclave.table.ObliviousTable;
import org.blindbook.enclave.table.TableContext;
import org.blindbook.enclave.table.TableFullException;
import org.blindbook.enclave.table.TableImage;
import org.blindbook.enclave.table.TableRestore;
import org.blindbook.enclave.table.UpdateBatch;

/**
 * Everything that a table is asked to do, done to one that is thrown away, with keys that are
 * nobody's. C2 leaves out of its code what it has not seen happen, so each size of batch meets, one
 * after the other, what an {@link Act} says.
 */
final class Rehearsal {
  /** A change of a whole batch, and a lookup that sees its effect. */
  private enum Act {
    /** New keys; then each is asked for and found. */
    INSERT,
    /** Other values for them; then every second query finds one. */
    REPLACE,
    /** All gone; then nothing is found. */
    DELETE,
    /** The same again; then dummies only. */
    DELETE_ABSENT,
    /** One key over and over; then it alone is asked for. */
    ONE_KEY
  }

  /** Acts that a rehearsal goes through until it begins again. */
  static final int ACTS = Act.values().length;

  private static final int SMALLEST = 64;

  /** Small batches first: what C2 counts are calls more than work. */
  private static final int SMALL_BATCHES = 60;

  private static final int LARGEST_SMALL = 256;

  private final TableContext context;
  private final UpdateBatch[] updates =
      new UpdateBatch[Integer.numberOfTrailingZeros(LookupBatch.MAX_SIZE / SMALLEST) + 1];
  private ObliviousTable table;
  private long nextKey = LookupBatch.MAX_SIZE + 1L;

  Rehearsal(TableContext context) {
    this.context = context;
    this.table = ObliviousTable.create(context);
    for (int i = 0; i < updates.length; i++) {
      updates[i] = new UpdateBatch(SMALLEST << i);
    }
  }

  /**
   * Small batches on a small table, until C2 has most of what it will ever have; then growth while
   * it serves.
   */
  void begin() throws TableFullException {
    for (int i = 0; i < SMALL_BATCHES; i++) {
      for (int log = 0; SMALLEST << log <= LARGEST_SMALL; log++) {
        perform(i, log);
      }
    }
    long capacity = table.capacity();
    while (table.capacity() == capacity) {
      table.update(inserts(SMALLEST));
    }
  }

  /** One act with every size of batch, another than in the last round; an image; a restore. */
  void round(int number) throws TableFullException {
    for (int log = 0; log < updates.length; log++) {
      perform(number, log);
    }
    table = restored();
  }

  private void perform(int round, int log) throws TableFullException {
    Act act = Act.values()[(round + log) % ACTS];
    // What the host sends together and what several clients ask together is seldom a power of two.
    int size = SMALLEST << log;
    if (act == Act.INSERT) {
      updates[log] = inserts((round / ACTS + log) % 2 == 0 ? size : size / 4 * 3);
    }
    UpdateBatch update = updates[log];
    change(update, act);
    table.update(update);
    LookupBatch lookup = new LookupBatch(round % 2 == 0 ? update.size : update.size / 4 * 3);
    ask(lookup, update, act);
    table.lookup(lookup);
    check(lookup, act);
  }

  private UpdateBatch inserts(int size) {
    UpdateBatch batch = new UpdateBatch(size);
    for (int i = 0; i < size; i++) {
      batch.keyHi[i] = nextKey++;
      batch.keyLo[i] = size;
      batch.valueHi[i] = 1;
    }
    return batch;
  }

  private static void change(UpdateBatch update, Act act) {
    if (act == Act.ONE_KEY) {
      Arrays.fill(update.keyHi, update.size);
      Arrays.fill(update.keyLo, update.size);
    }
    boolean delete = act == Act.DELETE || act == Act.DELETE_ABSENT;
    Arrays.fill(update.valueHi, delete ? 0 : 1 + act.ordinal());
    Arrays.fill(update.valueLo, 0);
  }

  private void ask(LookupBatch lookup, UpdateBatch update, Act act) {
    System.arraycopy(update.keyHi, 0, lookup.keyHi, 0, lookup.size);
    System.arraycopy(update.keyLo, 0, lookup.keyLo, 0, lookup.size);
    if (act == Act.REPLACE) {
      for (int i = 1; i < lookup.size; i += 2) {
        lookup.keyHi[i] = ~lookup.keyHi[i];
      }
    }
    Arrays.fill(lookup.active, act == Act.DELETE_ABSENT ? 0 : -1);
  }

  /** A table that answers wrongly would warm up something else, and is no table to serve with. */
  private static void check(LookupBatch lookup, Act act) {
    for (int i = 0; i < lookup.size; i++) {
      boolean found =
          switch (act) {
            case INSERT, ONE_KEY -> true;
            case REPLACE -> i % 2 == 0;
            case DELETE, DELETE_ABSENT -> false;
          };
      if (lookup.valueHi[i] != (found ? 1 + act.ordinal() : 0)) {
        throw new IllegalStateException("the table did not answer as it should");
      }
    }
  }

  private ObliviousTable restored() throws TableFullException {
    TableImage image = table.image();
    TableRestore restore = new TableRestore(context);
    for (int i = 0; i < image.chunks(); i++) {
      restore.add(image.chunk(i));
    }
    return restore.finish();
  }
}
