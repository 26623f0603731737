package org.blindbook.auditor.machinecode;

/** The check cannot be carried out. The text is a plain sentence that says what to do. */
class MachineCodeException extends Exception {
  private static final long serialVersionUID = 1;

  MachineCodeException(String message) {
    super(message, null, false, false);
  }

  /** It cannot be carried out on this system, whatever the enclave. */
  static final class Unsupported extends MachineCodeException {
    private static final long serialVersionUID = 1;

    Unsupported(String message) {
      super(message);
    }
  }
}
