package org.blindbook.server.enclavehost;

import org.blindbook.protocol.calls.CallException;
import org.blindbook.server.enclavehost.EnclaveLauncher.RunningEnclave;
import org.blindbook.server.enclavehost.EnclaveStatus.Phase;
import org.blindbook.server.registrations.StoreException;

/**
 * What a host does for one enclave from its start to its end, besides keeping it running, which is
 * the same for all. Of the supervisor's thread. Every exception but {@link EnclaveStartException}
 * is the end of this enclave; the next one gets a duty of its own.
 */
public interface Duty {
  /**
   * Takes up the duty for enclaves, one after the other.
   *
   * @param <C> what may be asked of them
   */
  interface Assignment<C extends EnclaveConnection> {
    Duty with(RunningEnclave<C> enclave);
  }

  /** What the enclave is doing in {@link #begin}. */
  Phase beginning();

  /**
   * Gives the enclave what it needs before anything else.
   *
   * @throws EnclaveStartException when no enclave gets that far until an operator does something
   */
  void begin()
      throws EnclaveStartException,
          CallException,
          UnansweredException,
          StoreException,
          InterruptedException;

  /** One step after what has changed: READY when nothing is left, else what is going on. */
  Phase step() throws CallException, UnansweredException, InterruptedException;

  /** What may wait until no step is left. */
  void rest() throws CallException, UnansweredException, InterruptedException;

  /** The last thing before the enclave is stopped, if it is stopped rather than dies. */
  void end() throws CallException, UnansweredException, InterruptedException;

  TableProgress progress();
}
