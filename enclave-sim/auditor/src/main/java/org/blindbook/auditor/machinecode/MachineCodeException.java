package org.blindbook.auditor.machinecode;

/** The check cannot be carried out. The text is a plain sentence that says what to do. */
final class MachineCodeException extends Exception {
  private static final long serialVersionUID = 1;

  MachineCodeException(String message) {
    super(message, null, false, false);
  }
}
