package org.blindbook.server.enclavehost;

import org.blindbook.protocol.calls.CallException;
import org.blindbook.server.enclavehost.EnclaveLauncher.RunningEnclave;
import org.blindbook.server.enclavehost.EnclaveStatus.Phase;
import org.blindbook.server.registrations.StoreException;

/** An evaluator enclave gets its key; there is nothing to follow. */
public final class EvaluatorDuty implements Duty {
  private final RunningEnclave<EvaluatorConnection> enclave;
  private final EvaluatorKeyFile key;
  private final Dependants dependants;
  private final EvaluatorPublicKey publicKey;
  private final TrustedEnclaves trusted;

  /** Who would be lost with the key. */
  public interface Dependants {
    /** Whether there is any on this host. */
    boolean exist() throws StoreException;
  }

  private EvaluatorDuty(
      RunningEnclave<EvaluatorConnection> enclave,
      EvaluatorKeyFile key,
      Dependants dependants,
      EvaluatorPublicKey publicKey,
      TrustedEnclaves trusted) {
    this.enclave = enclave;
    this.key = key;
    this.dependants = dependants;
    this.publicKey = publicKey;
    this.trusted = trusted;
  }

  /**
   * @param publicKey becomes known
   * @param trusted told of each enclave once its key is known
   */
  public static Assignment<EvaluatorConnection> of(
      EvaluatorKeyFile key,
      Dependants dependants,
      EvaluatorPublicKey publicKey,
      TrustedEnclaves trusted) {
    return enclave -> new EvaluatorDuty(enclave, key, dependants, publicKey, trusted);
  }

  @Override
  public Phase beginning() {
    return Phase.STARTING;
  }

  @Override
  public void begin()
      throws EnclaveStartException,
          CallException,
          UnansweredException,
          StoreException,
          InterruptedException {
    publicKey.become(key.provide(enclave.connection(), !dependants.exist()));
    trusted.add(enclave.policy());
  }

  @Override
  public Phase step() {
    return Phase.READY;
  }

  @Override
  public void rest() {}

  @Override
  public void end() {}

  @Override
  public TableProgress progress() {
    return TableProgress.NONE;
  }
}
