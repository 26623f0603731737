package org.blindbook.server.enclavehost;

import java.io.Closeable;
import java.time.Instant;
import java.util.Optional;

/**
 * Starts enclaves of one role, one after the other: in a deployment, each is a {@link
 * PlatformProcess}.
 *
 * @param <C> what may be asked of them
 */
public interface EnclaveLauncher<C extends EnclaveConnection> {

  /**
   * Starts an enclave and connects to it; blocks until then.
   *
   * @throws EnclaveStartException when an operator has to do something first
   * @throws EnclaveKilledException when it was killed before it could be connected to
   */
  RunningEnclave<C> launch()
      throws EnclaveStartException, EnclaveKilledException, InterruptedException;

  /** An enclave that runs until it is closed or dies, which ends its connection. */
  interface RunningEnclave<C extends EnclaveConnection> extends Closeable {
    /** The measurement that the platform took, in hexadecimal. */
    String measurement();

    /** The policy that trusts exactly this enclave, as the platform wrote it: YAML. */
    String policy();

    C connection();

    /** Until when the collateral is valid that goes with its evidence; empty when unknown. */
    Optional<Instant> collateralValidUntil();

    /** Stops the enclave and its platform and waits for their end. */
    @Override
    void close();
  }
}
