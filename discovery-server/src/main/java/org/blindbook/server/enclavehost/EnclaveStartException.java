package org.blindbook.server.enclavehost;

/** The enclave cannot be started; the message is one sentence for the operator. */
public final class EnclaveStartException extends Exception {
  private static final long serialVersionUID = 1;

  private final String sentence;

  public EnclaveStartException(String sentence) {
    super(sentence, null, false, false);
    this.sentence = sentence;
  }

  /** The message. */
  public String sentence() {
    return sentence;
  }
}
