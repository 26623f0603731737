package org.blindbook.server.enclavehost;

import java.nio.file.Path;
import java.time.Duration;
import org.blindbook.protocol.calls.CallException;
import org.blindbook.server.enclavehost.EnclaveLauncher.RunningEnclave;
import org.blindbook.server.enclavehost.EnclaveStatus.Phase;
import org.blindbook.server.registrations.RegistrationStore;
import org.blindbook.server.registrations.StoreException;

/** A lookup enclave's table is restored from its snapshot and then follows the store. */
public final class LookupDuty implements Duty {
  /** Of all changes at most this part waits for a snapshot: the 99th percentile does not. */
  private static final int WAITING_PART = 100;

  private static final Duration SHORTEST_WAIT = Duration.ofSeconds(1);

  private final RunningEnclave<LookupConnection> enclave;
  private final TableFeed table;
  private final Duration snapshotInterval;
  private final TrustedEnclaves trusted;
  private long lastSnapshot = System.nanoTime();
  private boolean restored;

  private LookupDuty(
      RunningEnclave<LookupConnection> enclave,
      TableFeed table,
      Duration snapshotInterval,
      TrustedEnclaves trusted) {
    this.enclave = enclave;
    this.table = table;
    this.snapshotInterval = snapshotInterval;
    this.trusted = trusted;
  }

  /**
   * @param snapshot the file
   * @param trusted told of each enclave
   */
  public static Assignment<LookupConnection> of(
      RegistrationStore store, Path snapshot, Duration snapshotInterval, TrustedEnclaves trusted) {
    SnapshotFile file = new SnapshotFile(snapshot);
    return enclave ->
        new LookupDuty(
            enclave, new TableFeed(enclave.connection(), store, file), snapshotInterval, trusted);
  }

  @Override
  public Phase beginning() {
    return Phase.RESTORING;
  }

  @Override
  public void begin() throws EnclaveStartException {
    trusted.add(enclave.policy());
  }

  /** A store that is away for a while costs no enclave, not even a new one. */
  @Override
  public Phase step() throws CallException, UnansweredException, InterruptedException {
    if (!restored) {
      try {
        table.restore();
      } catch (StoreException e) {
        return Phase.STORE_UNREADABLE;
      }
      restored = true;
    }
    return table.follow();
  }

  @Override
  public void rest() throws CallException, UnansweredException, InterruptedException {
    if (table.changedSinceSnapshot()
        && System.nanoTime() - lastSnapshot > snapshotInterval.toNanos()) {
      table.writeSnapshot(longestWait(snapshotInterval).toNanos());
      lastSnapshot = System.nanoTime();
    }
  }

  /** How long changes may wait for a snapshot, of which there is one in an interval. */
  static Duration longestWait(Duration snapshotInterval) {
    Duration part = snapshotInterval.dividedBy(WAITING_PART);
    return part.compareTo(SHORTEST_WAIT) > 0 ? part : SHORTEST_WAIT;
  }

  @Override
  public void end() throws CallException, UnansweredException, InterruptedException {
    if (table.changedSinceSnapshot()) {
      table.writeSnapshot(Long.MAX_VALUE);
    }
  }

  @Override
  public TableProgress progress() {
    return table.progress();
  }
}
