package org.blindbook.attestation;

import java.util.List;
import java.util.Optional;
import org.blindbook.attestation.format.PckExtension;
import org.blindbook.attestation.format.SvnLevel;
import org.blindbook.attestation.format.TcbInfo;
import org.blindbook.attestation.format.TcbLevel;
import org.blindbook.attestation.format.TcbStatus;
import org.blindbook.attestation.format.TdReport;
import org.blindbook.attestation.format.TdxModule;

/**
 * Trust domains that began under a TDX module which has been updated since, without them. A report
 * of TDX 1.5 has the versions at the domain's start (TEE_TCB_SVN), which the status is of, and
 * those of today (TEE_TCB_SVN_2). Where the processor is up to date, the module was not, and
 * today's is the newest, the domain has to start anew and the platform needs nothing (Intel SGX and
 * TDX DCAP Quote Verification Library, check for relaunch).
 */
final class Relaunch {
  private static final int MODULE_SVN = 0;
  private static final int MODULE_VERSION = 1;
  private static final int LATE_SVN = 2;

  private Relaunch() {}

  /**
   * @param status of processor and module together, the module being out of date
   */
  static TcbStatus statusOf(
      TdReport report, PckExtension platform, TcbInfo info, TcbStatus status) {
    Optional<TcbStatus> processor =
        info.levels().stream()
            .filter(level -> level.isReachedBy(platform))
            .findFirst()
            .map(TcbLevel::status);
    if (!report.hasServiceTd()
        || processor.filter(Relaunch::isUpToDate).isEmpty()
        || (status != TcbStatus.OUT_OF_DATE
            && status != TcbStatus.OUT_OF_DATE_CONFIGURATION_NEEDED)) {
      return status;
    }
    byte[] today = report.teeTcbSvn2();
    TcbLevel newest = info.levels().get(0);
    int required;
    if (today[MODULE_VERSION] == 0) {
      required = newest.tdxComponentSvns().get(MODULE_SVN);
    } else {
      List<SvnLevel> levels =
          info.moduleOf(today[MODULE_VERSION] & 0xff).map(TdxModule::levels).orElse(List.of());
      if (levels.isEmpty()) {
        return TcbStatus.NOT_SUPPORTED; // Intel describes no module of today's version
      }
      required = levels.get(0).isvSvn();
    }
    if ((today[MODULE_SVN] & 0xff) < required
        || (today[LATE_SVN] & 0xff) < newest.tdxComponentSvns().get(LATE_SVN)) {
      return status;
    }
    return status == TcbStatus.OUT_OF_DATE_CONFIGURATION_NEEDED
            || processor.filter(Relaunch::needsConfiguration).isPresent()
        ? TcbStatus.TD_RELAUNCH_ADVISED_CONFIGURATION_NEEDED
        : TcbStatus.TD_RELAUNCH_ADVISED;
  }

  private static boolean isUpToDate(TcbStatus status) {
    return status == TcbStatus.UP_TO_DATE
        || status == TcbStatus.SW_HARDENING_NEEDED
        || needsConfiguration(status);
  }

  private static boolean needsConfiguration(TcbStatus status) {
    return status == TcbStatus.CONFIGURATION_NEEDED
        || status == TcbStatus.CONFIGURATION_AND_SW_HARDENING_NEEDED;
  }
}
