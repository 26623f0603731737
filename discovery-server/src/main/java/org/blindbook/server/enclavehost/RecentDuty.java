package org.blindbook.server.enclavehost;

import java.time.InstantSource;
import org.blindbook.protocol.calls.CallException;
import org.blindbook.server.enclavehost.EnclaveLauncher.RunningEnclave;
import org.blindbook.server.enclavehost.EnclaveStatus.Phase;
import org.blindbook.server.registrations.RegistrationStore;

/** A lookup enclave's table follows what is recent in the store. */
public final class RecentDuty implements Duty {
  private final RunningEnclave<LookupConnection> enclave;
  private final RecentFeed table;
  private final TrustedEnclaves trusted;

  private RecentDuty(
      RunningEnclave<LookupConnection> enclave, RecentFeed table, TrustedEnclaves trusted) {
    this.enclave = enclave;
    this.table = table;
    this.trusted = trusted;
  }

  /**
   * @param store of this duty alone
   * @param trusted told of each enclave
   */
  public static Assignment<LookupConnection> of(
      RegistrationStore store, RecentWindow window, InstantSource clock, TrustedEnclaves trusted) {
    return enclave ->
        new RecentDuty(
            enclave, new RecentFeed(enclave.connection(), store, window, clock), trusted);
  }

  @Override
  public Phase beginning() {
    return Phase.CATCHING_UP;
  }

  @Override
  public void begin() throws EnclaveStartException {
    trusted.add(enclave.policy());
  }

  @Override
  public Phase step() throws CallException, UnansweredException, InterruptedException {
    return table.follow();
  }

  @Override
  public void rest() {}

  @Override
  public void end() {}

  @Override
  public TableProgress progress() {
    return table.progress();
  }
}
