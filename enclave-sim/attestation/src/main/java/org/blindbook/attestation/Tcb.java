package org.blindbook.attestation;

import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import org.blindbook.attestation.format.PckExtension;
import org.blindbook.attestation.format.QeIdentity;
import org.blindbook.attestation.format.Quote;
import org.blindbook.attestation.format.SvnLevel;
import org.blindbook.attestation.format.TcbInfo;
import org.blindbook.attestation.format.TcbLevel;
import org.blindbook.attestation.format.TcbStatus;
import org.blindbook.attestation.format.TdReport;
import org.blindbook.attestation.format.TdxModule;

/**
 * How up to date an Intel platform is, by its vendor's documents: processor, TDX module and quoting
 * enclave together.
 *
 * @param advisories of every level that applies, sorted; none when the platform reaches no level
 * @param evaluationDataNumber the lower of the two documents'
 */
record Tcb(TcbStatus status, List<String> advisories, int evaluationDataNumber) {

  static Tcb of(Quote quote, PckExtension platform, TcbInfo info, QeIdentity qe) {
    TreeSet<String> advisories = new TreeSet<>();
    TcbStatus status = processor(quote, platform, info, advisories);
    if (quote.body() instanceof TdReport report && report.moduleVersion() > 0) {
      List<SvnLevel> levels = info.moduleOf(report).map(TdxModule::levels).orElse(List.of());
      status = status.mergedWith(reached(levels, report.moduleSvn(), advisories));
    }
    int qeSvn = quote.signature().qeReport().isvSvn();
    status = status.mergedWith(reached(qe.levels(), qeSvn, advisories));
    if (status == TcbStatus.NOT_SUPPORTED) {
      // Intel says nothing of this combination, so no advisory of a part speaks of the whole.
      advisories.clear();
    }
    return new Tcb(
        status,
        List.copyOf(advisories),
        Math.min(info.evaluationDataNumber(), qe.evaluationDataNumber()));
  }

  /** The first level that all versions reach is the platform's. */
  private static TcbStatus processor(
      Quote quote, PckExtension platform, TcbInfo info, Collection<String> advisories) {
    for (TcbLevel level : info.levels()) {
      if (level.isReachedBy(platform)
          && (!(quote.body() instanceof TdReport report) || level.isReachedBy(report))) {
        advisories.addAll(level.advisories());
        return level.status();
      }
    }
    return TcbStatus.NOT_SUPPORTED;
  }

  private static TcbStatus reached(
      List<SvnLevel> levels, int isvSvn, Collection<String> advisories) {
    Optional<SvnLevel> level = SvnLevel.reached(levels, isvSvn);
    level.ifPresent(reached -> advisories.addAll(reached.advisories()));
    return level.map(SvnLevel::status).orElse(TcbStatus.NOT_SUPPORTED);
  }
}
