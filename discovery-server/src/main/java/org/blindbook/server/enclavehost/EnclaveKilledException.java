package org.blindbook.server.enclavehost;

/**
 * A signal ended the enclave or its platform while it started, so the next start may well succeed.
 * Unlike an {@link EnclaveStartException}, this says nothing about what was to be started.
 */
public final class EnclaveKilledException extends Exception {
  private static final long serialVersionUID = 1;

  private final String sentence;

  /**
   * @param signal its number
   */
  public EnclaveKilledException(int signal) {
    this(
        "The enclave or its platform was killed by signal "
            + signal
            + " while it started: if nobody did that, the machine may be short of memory.");
  }

  private EnclaveKilledException(String sentence) {
    super(sentence, null, false, false);
    this.sentence = sentence;
  }

  /** The message, for the operator. */
  public String sentence() {
    return sentence;
  }
}
