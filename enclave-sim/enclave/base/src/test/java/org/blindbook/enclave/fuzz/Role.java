package org.blindbook.enclave.fuzz;

import java.util.SplittableRandom;
import org.blindbook.enclave.calls.ModelledEnclave;
import org.blindbook.protocol.calls.SessionEnd;

/** What is special about the enclaves of one role. */
public interface Role {
  /** A request that every client may send. */
  byte[] request(SplittableRandom random);

  /** What the host has to hear of a request that is genuine. */
  SessionEnd endOf(byte[] request);

  /** Makes one of the role's own calls, and checks its answer. */
  void call(ModelledEnclave enclave, SplittableRandom random);

  /** Undoes what the calls of a sequence did, so that each begins alike. */
  void leave(ModelledEnclave enclave);
}
