package org.blindbook.attestation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.blindbook.attestation.format.MalformedEvidenceException;
import org.blindbook.attestation.format.TcbStatus;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Intel's table of converged statuses, row by row. */
class TcbStatusTest {
  @ParameterizedTest
  @CsvSource({
    // platform, with a quoting enclave that is: UpToDate, OutOfDate, Revoked
    "UP_TO_DATE, UP_TO_DATE, OUT_OF_DATE, REVOKED",
    "SW_HARDENING_NEEDED, SW_HARDENING_NEEDED, OUT_OF_DATE, REVOKED",
    "CONFIGURATION_NEEDED, CONFIGURATION_NEEDED, OUT_OF_DATE_CONFIGURATION_NEEDED, REVOKED",
    "CONFIGURATION_AND_SW_HARDENING_NEEDED, CONFIGURATION_AND_SW_HARDENING_NEEDED,"
        + " OUT_OF_DATE_CONFIGURATION_NEEDED, REVOKED",
    "OUT_OF_DATE, OUT_OF_DATE, OUT_OF_DATE, REVOKED",
    "OUT_OF_DATE_CONFIGURATION_NEEDED, OUT_OF_DATE_CONFIGURATION_NEEDED,"
        + " OUT_OF_DATE_CONFIGURATION_NEEDED, REVOKED",
    "REVOKED, REVOKED, REVOKED, REVOKED",
    "NOT_SUPPORTED, NOT_SUPPORTED, NOT_SUPPORTED, NOT_SUPPORTED"
  })
  void mergesByIntelsTable(
      TcbStatus platform, TcbStatus upToDate, TcbStatus outOfDate, TcbStatus revoked) {
    assertThat(platform.mergedWith(TcbStatus.UP_TO_DATE)).isEqualTo(upToDate);
    assertThat(platform.mergedWith(TcbStatus.OUT_OF_DATE)).isEqualTo(outOfDate);
    assertThat(platform.mergedWith(TcbStatus.REVOKED)).isEqualTo(revoked);
    assertThat(platform.mergedWith(TcbStatus.NOT_SUPPORTED)).isEqualTo(TcbStatus.NOT_SUPPORTED);
  }

  @Test
  void onlyVendorsNamesAreStatuses() throws MalformedEvidenceException {
    assertThat(TcbStatus.ofVendorName("ConfigurationAndSWHardeningNeeded"))
        .isEqualTo(TcbStatus.CONFIGURATION_AND_SW_HARDENING_NEEDED);
    for (String name : new String[] {"NotSupported", "uptodate", "UP_TO_DATE", ""}) {
      assertThatThrownBy(() -> TcbStatus.ofVendorName(name))
          .isInstanceOf(MalformedEvidenceException.class);
    }
  }
}
