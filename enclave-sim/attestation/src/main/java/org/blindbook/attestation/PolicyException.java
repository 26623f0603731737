package org.blindbook.attestation;

/** A policy that cannot be used. The text is a plain sentence and names the line. */
public final class PolicyException extends Exception {
  private static final long serialVersionUID = 1;

  PolicyException(String message) {
    super(message, null, false, false);
  }
}
