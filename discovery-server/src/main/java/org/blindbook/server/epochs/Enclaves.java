package org.blindbook.server.epochs;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.blindbook.protocol.calls.EnclaveCalls;

/** The enclaves behind the endpoints: one for each live epoch. */
public interface Enclaves {
  /**
   * Whose enclave a client gets: that of the serving epoch, if it can use that, else of the latest
   * live one that it can.
   *
   * @param usable the epochs that the client can use, empty for any; of no account in mode
   *     truncated
   * @return empty when none of them is live
   */
  OptionalInt choose(List<Integer> usable);

  /** The enclave of a live epoch, while clients may be admitted to it. */
  Optional<EnclaveCalls> of(int epoch);

  /** The live epochs, in order. */
  List<EpochStatus> statuses();
}
