package org.blindbook.attestation.format;

/** Bytes that are not in the format they should be in. */
public final class MalformedEvidenceException extends Exception {
  private static final long serialVersionUID = 1;

  /**
   * @param what a plain sentence without a full stop
   */
  public MalformedEvidenceException(String what) {
    super(what, null, false, false);
  }
}
