package org.blindbook.protocol.calls;

/** A refused call. The message names the {@link CallError} and nothing of the call's content. */
public final class CallException extends Exception {
  private static final long serialVersionUID = 1;

  private final CallError error;

  public CallException(CallError error) {
    super("the enclave refused the call: " + error, null, false, false);
    this.error = error;
  }

  public CallError error() {
    return error;
  }
}
