package org.blindbook.server.http;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.function.Function;
import org.blindbook.server.enclavehost.EnclaveRole;
import org.blindbook.server.enclavehost.TableSettings;
import org.blindbook.server.epochs.Enclaves;
import org.blindbook.server.ledgers.LedgerStore;
import org.blindbook.server.ledgers.RecordStore;
import org.blindbook.server.limits.RetryAfter;
import org.blindbook.server.limits.WorkLimit;
import org.blindbook.server.lookup.Charges;

/**
 * What the endpoints work with.
 *
 * @param accounts the account digest behind an Authorization header, empty when it is refused
 * @param records of accounts: what ledgers and work are kept in
 * @param sessions for each role one permit for each session that may still be opened
 * @param table what lookup enclaves run on; empty where nobody is looked up
 * @param idle how long a connection may wait for its client
 * @param total how long a connection may last
 * @param bulk for loaders; empty where nothing is evaluated
 */
public record Services(
    Enclaves enclaves,
    Function<String, Optional<byte[]>> accounts,
    RecordStore records,
    LedgerStore ledgers,
    WorkLimit work,
    Map<EnclaveRole, Semaphore> sessions,
    RetryAfter retryAfter,
    Optional<TableSettings> table,
    Duration idle,
    Duration total,
    Optional<BulkEvaluationEndpoint.Shared> bulk) {

  Charges charges(EnclaveRole role, int epoch, byte[] account) {
    return new Charges(role, epoch, ledgers.of(role, account), work.of(account));
  }

  Semaphore places(EnclaveRole role) {
    Semaphore places = sessions.get(role);
    if (places == null) {
      throw new IllegalArgumentException("a role that is not hosted");
    }
    return places;
  }
}
