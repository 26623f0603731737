package org.blindbook.server.enclavehost;

/**
 * How far the enclave is. Public: depends on no query.
 *
 * @param serving whether clients are admitted
 * @param phase what it is doing, or what is wrong while it serves
 * @param table of a lookup enclave; of an evaluator's there is none
 */
public record EnclaveStatus(boolean serving, Phase phase, TableProgress table) {

  /** The life of an enclave in order, then what may be wrong. */
  public enum Phase {
    STARTING("the enclave is starting"),
    RESTORING("the enclave is restoring its snapshot"),
    CATCHING_UP("the enclave is catching up with the store"),
    WARMING_UP("the enclave is warming up"),
    READY("ready"),
    RESTARTING("the enclave ended and is being restarted"),
    STOPPED("the server is stopping"),
    STORE_UNREADABLE("the registration store cannot be read, so new registrations are not visible"),
    TABLE_FULL("the enclave's table is full, so new registrations are not visible"),
    NO_EVIDENCE("the platform gives no new evidence, so clients are refused"),
    COLLATERAL_EXPIRING(
        "the collateral has expired or soon will, and could not be renewed, so clients refuse this"
            + " enclave");

    private final String reason;

    Phase(String reason) {
      this.reason = reason;
    }

    /** One phrase for an operator. */
    public String reason() {
      return reason;
    }
  }

  public static final EnclaveStatus STARTING =
      new EnclaveStatus(false, Phase.STARTING, TableProgress.NONE);

  public EnclaveStatus notServing(Phase now) {
    return new EnclaveStatus(false, now, table);
  }
}
