package org.blindbook.server.enclavehost;

import java.io.Closeable;
import java.time.Instant;
import java.util.Optional;

/** Starts enclaves, one after the other: in a deployment, a {@link PlatformProcess}. */
public interface EnclaveLauncher {

  /** Starts an enclave and connects to it; blocks until then. */
  RunningEnclave launch() throws EnclaveStartException, InterruptedException;

  /** An enclave that runs until it is closed or dies, which ends its connection. */
  interface RunningEnclave extends Closeable {
    /** The measurement that the platform took, in hexadecimal. */
    String measurement();

    EnclaveConnection connection();

    /** Until when the collateral is valid that goes with its evidence; empty when unknown. */
    Optional<Instant> collateralValidUntil();

    /** Stops the enclave and its platform and waits for their end. */
    @Override
    void close();
  }
}
