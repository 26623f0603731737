package org.blindbook.server.enclavehost;

/** A call that an enclave did not get, or to which it gave no answer. It is no refusal. */
public final class UnansweredException extends Exception {
  private static final long serialVersionUID = 1;

  /** What is to be done about it. */
  public enum Reason {
    /** The connection has ended; the enclave is being restarted, or the server stops. */
    ENDED("the connection to the enclave has ended"),
    /** Too much waits for the enclave already. Come back later. */
    BUSY("too much waits for the enclave"),
    /** The enclave does not speak this version's language: a defect. */
    UNREADABLE("the enclave's answer cannot be read");

    private final String phrase;

    Reason(String phrase) {
      this.phrase = phrase;
    }
  }

  private final Reason reason;

  public UnansweredException(Reason reason) {
    super(reason.phrase, null, false, false);
    this.reason = reason;
  }

  public Reason reason() {
    return reason;
  }
}
