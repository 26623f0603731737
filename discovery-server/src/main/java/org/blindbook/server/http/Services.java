package org.blindbook.server.http;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.function.Function;
import org.blindbook.server.admission.Holdings;
import org.blindbook.server.admission.Lane;
import org.blindbook.server.admission.Shortages;
import org.blindbook.server.enclavehost.EnclaveRole;
import org.blindbook.server.enclavehost.TableSettings;
import org.blindbook.server.epochs.Enclaves;
import org.blindbook.server.health.LaneLoad;
import org.blindbook.server.ledgers.LedgerStore;
import org.blindbook.server.ledgers.RecordStore;
import org.blindbook.server.limits.RetryAfter;
import org.blindbook.server.limits.WorkLimit;
import org.blindbook.server.lookup.Charges;
import org.blindbook.server.lookup.Patience;
import org.blindbook.server.lookup.Refusals;

/**
 * What the endpoints work with.
 *
 * @param accounts the account digest behind an Authorization header, empty when it is refused
 * @param records of accounts: what ledgers and work are kept in
 * @param work what accounts may have done
 * @param roles what clients of each role share
 * @param holdings what each client holds
 * @param table what lookup enclaves run on; empty where nobody is looked up
 * @param patience how long connections wait for their clients
 * @param bulk for loaders; empty where nothing is evaluated
 * @param forwarded whether a proxy in front says whose connection it is
 */
public record Services(
    Enclaves enclaves,
    Function<String, Optional<byte[]>> accounts,
    RecordStore records,
    LedgerStore ledgers,
    WorkLimit work,
    Map<EnclaveRole, OfRole> roles,
    Holdings holdings,
    Shortages shortages,
    RetryAfter retryAfter,
    Optional<TableSettings> table,
    Patience patience,
    Optional<BulkEvaluationEndpoint.Shared> bulk,
    boolean forwarded) {

  Charges charges(EnclaveRole role, int epoch, byte[] account) {
    return new Charges(role, epoch, ledgers.of(role, account), work.of(account));
  }

  /**
   * @param sessions one permit for each session that may still be opened
   * @param lane the work of its enclaves
   */
  public record OfRole(Semaphore sessions, Lane lane) {}

  OfRole of(EnclaveRole role) {
    OfRole shared = roles.get(role);
    if (shared == null) {
      throw new IllegalArgumentException("a role that is not hosted");
    }
    return shared;
  }

  /** The work that waits now, by role. */
  List<LaneLoad> load() {
    return roles.values().stream()
        .map(shared -> LaneLoad.of(shared.lane()))
        .sorted(Comparator.comparing(LaneLoad::role))
        .toList();
  }

  Refusals refusals(EnclaveRole role) {
    return new Refusals(retryAfter, shortages, of(role).lane());
  }
}
