package org.blindbook.attestation;

/**
 * The steps of a verification, numbered as in Intel's "Supporting Third Party Attestation for Intel
 * SGX with Intel Data Center Attestation Primitives": 1 the signature chain, 2 revocation, 3 the
 * quoting enclave, 4 the platform, 5 the enclave itself.
 */
public enum Step {
  FORMAT("0", "quote and collateral format"),
  PCK_CHAIN("1.1", "PCK certificate chain"),
  QE_REPORT_SIGNATURE("1.2", "QE report signature"),
  ATTESTATION_KEY("1.3", "attestation key binding"),
  QUOTE_SIGNATURE("1.4", "quote signature"),
  ROOT_CRL("2.1", "root revocation list"),
  PCK_CRL("2.2", "PCK revocation list"),
  REVOCATION("2.3", "revoked certificates"),
  QE_IDENTITY_SIGNATURE("3.1", "QE identity signature"),
  QE_IDENTITY("3.2", "QE identity"),
  TCB_INFO_SIGNATURE("4.1", "TCB info signature"),
  TCB_INFO_PLATFORM("4.2", "TCB info of this platform"),
  TCB_STATUS("4.3", "TCB status"),
  REPORT_DATA("5.1", "binding of the claims"),
  DEBUG("5.2", "debug bit"),
  MEASUREMENT("5.3", "measurement"),
  RUNTIME("5.4", "Java runtime"),
  TRUST_ROOT("5.5", "trust root"),
  FRESHNESS("5.6", "freshness"),
  SETTINGS("5.8", "deployment settings"),
  PLATFORM("5.9", "platform"),
  OPRF_KEY("5.10", "OPRF key");

  private final String number;
  private final String title;

  Step(String number, String title) {
    this.number = number;
    this.title = title;
  }

  public String number() {
    return number;
  }

  public String title() {
    return title;
  }
}
