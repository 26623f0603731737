package org.blindbook.attestation.format;

/** How up to date a platform is, by its vendor's name. */
public enum TcbStatus {
  UP_TO_DATE("UpToDate"),
  SW_HARDENING_NEEDED("SWHardeningNeeded"),
  CONFIGURATION_NEEDED("ConfigurationNeeded"),
  CONFIGURATION_AND_SW_HARDENING_NEEDED("ConfigurationAndSWHardeningNeeded"),
  /**
   * Of a trust domain that began under an older TDX module than the one that runs now, which is up
   * to date. Never in a document itself.
   */
  TD_RELAUNCH_ADVISED("TDRelaunchAdvised"),
  /** Likewise, on a platform that needs another configuration. */
  TD_RELAUNCH_ADVISED_CONFIGURATION_NEEDED("TDRelaunchAdvisedConfigurationNeeded"),
  OUT_OF_DATE("OutOfDate"),
  OUT_OF_DATE_CONFIGURATION_NEEDED("OutOfDateConfigurationNeeded"),
  REVOKED("Revoked"),
  /** No level of the vendor's document matches the platform. Never in a document itself. */
  NOT_SUPPORTED("NotSupported");

  private final String vendorName;

  TcbStatus(String vendorName) {
    this.vendorName = vendorName;
  }

  public String vendorName() {
    return vendorName;
  }

  /**
   * @throws MalformedEvidenceException for a name that no platform has that anybody may accept
   */
  public static TcbStatus ofVendorName(String name) throws MalformedEvidenceException {
    for (TcbStatus status : values()) {
      if (status.vendorName.equals(name) && status != NOT_SUPPORTED) {
        return status;
      }
    }
    throw new MalformedEvidenceException("unknown TCB status");
  }

  /**
   * @throws MalformedEvidenceException for a name that no vendor document may contain
   */
  public static TcbStatus ofDocument(String name) throws MalformedEvidenceException {
    TcbStatus status = ofVendorName(name);
    if (status == TD_RELAUNCH_ADVISED || status == TD_RELAUNCH_ADVISED_CONFIGURATION_NEEDED) {
      throw new MalformedEvidenceException("unknown TCB status");
    }
    return status;
  }

  /**
   * The status of a platform together with that of its TDX module or quoting enclave (Intel SGX
   * DCAP Quote Verification Library, table of converged statuses).
   */
  public TcbStatus mergedWith(TcbStatus part) {
    return switch (part) {
      case UP_TO_DATE -> this;
      case OUT_OF_DATE ->
          switch (this) {
            case UP_TO_DATE, SW_HARDENING_NEEDED -> OUT_OF_DATE;
            case CONFIGURATION_NEEDED, CONFIGURATION_AND_SW_HARDENING_NEEDED ->
                OUT_OF_DATE_CONFIGURATION_NEEDED;
            default -> this;
          };
      case REVOKED -> this == NOT_SUPPORTED ? this : REVOKED;
      // Intel's documents give neither of them another status: read the rest as unusable.
      default -> NOT_SUPPORTED;
    };
  }
}
