package org.blindbook.server.epochs;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.blindbook.server.enclavehost.EnclaveConnection;
import org.blindbook.server.enclavehost.EnclaveRole;
import org.blindbook.server.enclavehost.EvaluatorConnection;

/** The enclaves behind the endpoints: each live epoch has one of every role that is hosted. */
public interface Enclaves {
  /** The roles that are hosted. */
  Set<EnclaveRole> roles();

  /**
   * Whose enclaves a client gets: those of the serving epoch, if it can use that, else of the
   * latest live one that it can.
   *
   * @param usable the epochs that the client can use, empty for any; of no account in mode
   *     truncated
   * @return empty when none of them is live
   */
  OptionalInt choose(List<Integer> usable);

  /** The enclave of a role and a live epoch, while clients may be admitted to it. */
  Optional<? extends EnclaveConnection> of(EnclaveRole role, int epoch);

  /** As {@link #of}, the evaluator. */
  Optional<EvaluatorConnection> evaluator(int epoch);

  /**
   * Whether the enclave of recent registrations has every change since a time.
   *
   * @param epoch a live one
   */
  boolean recentReachesBackTo(Instant since, int epoch);

  /** The live epochs, in order. */
  List<EpochStatus> statuses();
}
