package org.blindbook.attestation;

import java.util.EnumSet;
import java.util.Set;
import org.blindbook.attestation.format.Tee;

/**
 * The steps of a verification. Those of SGX and TDX are numbered as in Intel's "Supporting Third
 * Party Attestation for Intel SGX with Intel Data Center Attestation Primitives": 1 the signature
 * chain, 2 revocation, 3 the quoting enclave, 4 the platform, 5 the enclave itself. Those of
 * SEV-SNP, for which AMD's documents number none, fall under the same heads.
 */
public enum Step {
  FORMAT("0", "quote and collateral format"),
  PCK_CHAIN("1.1", "PCK certificate chain"),
  QE_REPORT_SIGNATURE("1.2", "QE report signature"),
  ATTESTATION_KEY("1.3", "attestation key binding"),
  QUOTE_SIGNATURE("1.4", "quote signature"),
  VEK_CHAIN("1.1", "AMD certificate chain"),
  REPORT_SIGNATURE("1.2", "report signature"),
  ROOT_CRL("2.1", "root revocation list"),
  PCK_CRL("2.2", "PCK revocation list"),
  REVOCATION("2.3", "revoked certificates"),
  QE_IDENTITY_SIGNATURE("3.1", "QE identity signature"),
  QE_IDENTITY("3.2", "QE identity"),
  TDX_MODULE("3.3", "TDX module"),
  VEK_PRODUCT("3.1", "processor of the certificates"),
  VEK_CHIP("3.2", "chip of the endorsement key"),
  VEK_TCB("3.3", "TCB of the endorsement key"),
  TCB_INFO_SIGNATURE("4.1", "TCB info signature"),
  TCB_INFO_PLATFORM("4.2", "TCB info of this platform"),
  TCB_STATUS("4.3", "TCB status"),
  REPORT_DATA("5.1", "binding of the claims"),
  DEBUG("5.2", "debug bit"),
  MEASUREMENT("5.3", "measurement"),
  RUNTIME("5.4", "Java runtime"),
  TRUST_ROOT("5.5", "trust root"),
  FRESHNESS("5.6", "freshness"),
  MIGRATION("5.7", "migration"),
  SETTINGS("5.8", "deployment settings"),
  PLATFORM("5.9", "platform"),
  OPRF_KEY("5.10", "OPRF key"),
  KERNEL("5.11", "table kernel"),
  THREADS("5.12", "table threads"),
  SNP_PRODUCT("5.13", "line of processors"),
  MINIMUM_TCB("5.14", "minimum TCB"),
  MINIMUM_LAUNCH_TCB("5.15", "minimum launch TCB"),
  VMPL("5.16", "privilege level"),
  GUEST_POLICY("5.17", "guest policy"),
  PLATFORM_INFO("5.18", "platform settings"),
  HOST_DATA("5.19", "host data"),
  TD_ATTRIBUTES("5.20", "TD attributes"),
  XFAM("5.21", "XFAM"),
  TD_CONFIGURATION("5.22", "TD configuration and owner"),
  KNOWN_BROKEN("5.23", "known-broken platforms");

  private static final Set<Step> SGX_STEPS =
      EnumSet.of(
          FORMAT,
          PCK_CHAIN,
          QE_REPORT_SIGNATURE,
          ATTESTATION_KEY,
          QUOTE_SIGNATURE,
          ROOT_CRL,
          PCK_CRL,
          REVOCATION,
          QE_IDENTITY_SIGNATURE,
          QE_IDENTITY,
          TCB_INFO_SIGNATURE,
          TCB_INFO_PLATFORM);
  private static final Set<Step> SNP_STEPS =
      EnumSet.of(FORMAT, VEK_CHAIN, REPORT_SIGNATURE, ROOT_CRL, VEK_PRODUCT, VEK_CHIP, VEK_TCB);

  private final String number;
  private final String title;

  Step(String number, String title) {
    this.number = number;
    this.title = title;
  }

  /** What must have been looked at, and found good, before evidence is authentic. */
  static Set<Step> mandatory(Tee tee) {
    EnumSet<Step> steps = EnumSet.copyOf(tee == Tee.SEV_SNP ? SNP_STEPS : SGX_STEPS);
    if (tee == Tee.TDX) {
      steps.add(TDX_MODULE);
    }
    return steps;
  }

  public String number() {
    return number;
  }

  public String title() {
    return title;
  }
}
