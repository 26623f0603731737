package org.blindbook.server.enclavehost;

import org.blindbook.protocol.calls.CallError;
import org.blindbook.protocol.calls.CallException;
import org.blindbook.server.enclavehost.EnclaveStatus.Phase;
import org.blindbook.server.registrations.StoreException;

/** An enclave's table that is brought to what the store says, step by step. */
interface FollowingTable {
  /** One step. True when the table then has all that it should. */
  boolean advance() throws CallException, UnansweredException, StoreException, InterruptedException;

  TableProgress progress();

  /** One step, and how things stand after it. A store or a machine that is mended is noticed. */
  default Phase follow() throws CallException, UnansweredException, InterruptedException {
    try {
      return advance() ? Phase.READY : Phase.CATCHING_UP;
    } catch (CallException e) {
      if (e.error() != CallError.TABLE_FULL) {
        throw e;
      }
      return Phase.TABLE_FULL;
    } catch (StoreException e) {
      return Phase.STORE_UNREADABLE;
    }
  }
}
