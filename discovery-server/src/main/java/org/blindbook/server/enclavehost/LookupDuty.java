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
  private static final long SNAPSHOT_PATIENCE_NANOS = Duration.ofSeconds(1).toNanos();

  private final RunningEnclave<LookupConnection> enclave;
  private final TableFeed table;
  private final long snapshotIntervalNanos;
  private final TrustedEnclaves trusted;
  private long lastSnapshot = System.nanoTime();

  private LookupDuty(
      RunningEnclave<LookupConnection> enclave,
      TableFeed table,
      Duration snapshotInterval,
      TrustedEnclaves trusted) {
    this.enclave = enclave;
    this.table = table;
    this.snapshotIntervalNanos = snapshotInterval.toNanos();
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
  public void begin()
      throws EnclaveStartException,
          CallException,
          UnansweredException,
          StoreException,
          InterruptedException {
    trusted.add(enclave.policy());
    table.restore();
  }

  @Override
  public Phase step() throws CallException, UnansweredException, InterruptedException {
    return table.follow();
  }

  @Override
  public void rest() throws CallException, UnansweredException, InterruptedException {
    if (table.changedSinceSnapshot() && System.nanoTime() - lastSnapshot > snapshotIntervalNanos) {
      table.writeSnapshot(SNAPSHOT_PATIENCE_NANOS);
      lastSnapshot = System.nanoTime();
    }
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
