package org.blindbook.auditor.timing.service;

/** What is measured of a session, in nanoseconds. */
public enum Quantity {
  /** From sending the request to the token reply, by the client's clock. */
  TOKEN_REPLY("token reply"),
  /** From sending the acknowledgement to the results or evaluation, by the client's clock. */
  RESULTS("results"),
  /** Processor time of the enclave from before the request to the end of the connection. */
  ENCLAVE_CPU("enclave CPU");

  private final String text;

  Quantity(String text) {
    this.text = text;
  }

  public String text() {
    return text;
  }
}
