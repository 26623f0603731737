package org.blindbook.enclave.lookup;

import org.blindbook.enclave.constanttime.Masks;
import org.blindbook.enclave.table.LookupBatch;
import org.blindbook.protocol.lookup.DiscoveryRequest;
import org.blindbook.protocol.lookup.EntryKind;
import org.blindbook.protocol.lookup.Results;

/** Moves the entries of a request into a batch and their values out of it, without a branch. */
final class RequestEntries {
  private RequestEntries() {}

  /**
   * Kept and new contacts are looked up; room and discarded contacts are dummies.
   *
   * @leaks the request's capacity
   */
  static void copyInto(LookupBatch batch, int at, DiscoveryRequest request) {
    for (int i = 0; i < request.capacity(); i++) {
      batch.keyHi[at + i] = request.keyHi(i);
      batch.keyLo[at + i] = request.keyLo(i);
      batch.active[at + i] =
          Masks.equal(request.kind(i), EntryKind.PREV.wire())
              | Masks.equal(request.kind(i), EntryKind.NEW.wire());
    }
  }

  /**
   * @leaks the capacity
   */
  static Results resultsOf(LookupBatch batch, int at, int capacity) {
    Results results = new Results(capacity);
    for (int i = 0; i < capacity; i++) {
      results.set(i, batch.valueHi[at + i], batch.valueLo[at + i]);
    }
    return results;
  }
}
