package org.blindbook.attestation.format;

/** Which kind of trusted execution environment evidence comes from. */
public enum Tee {
  SGX("Intel SGX"),
  TDX("Intel TDX"),
  SEV_SNP("AMD SEV-SNP");

  private final String title;

  Tee(String title) {
    this.title = title;
  }

  /** For people. */
  public String title() {
    return title;
  }
}
