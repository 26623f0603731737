package org.blindbook.attestation;

import java.time.Instant;
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
import org.jspecify.annotations.Nullable;

/**
 * How up to date an Intel platform is, by its vendor's documents: processor, TDX module and quoting
 * enclave together.
 *
 * @param advisories of every level that applies, sorted; none when the platform reaches no level
 * @param date the earliest of the levels that the parts reach; absent when they reach none
 * @param evaluationDataNumber the lower of the two documents'
 */
record Tcb(
    TcbStatus status, List<String> advisories, Optional<Instant> date, int evaluationDataNumber) {

  /** What the levels that apply say beside their statuses. */
  private static final class Applied {
    private final TreeSet<String> advisories = new TreeSet<>();
    private @Nullable Instant date;

    void add(List<String> more, Instant of) {
      advisories.addAll(more);
      date = date == null || of.isBefore(date) ? of : date;
    }
  }

  static Tcb of(Quote quote, PckExtension platform, TcbInfo info, QeIdentity qe) {
    Applied applied = new Applied();
    TcbStatus status = processor(quote, platform, info, applied);
    TcbStatus quoting = reached(qe.levels(), quote.signature().qeReport().isvSvn(), applied);
    if (quote.body() instanceof TdReport report && report.moduleVersion() > 0) {
      List<SvnLevel> levels = info.moduleOf(report).map(TdxModule::levels).orElse(List.of());
      TcbStatus module = reached(levels, report.moduleSvn(), applied);
      status = status.mergedWith(module);
      if (module == TcbStatus.OUT_OF_DATE && quoting == TcbStatus.UP_TO_DATE) {
        status = Relaunch.statusOf(report, platform, info, status);
      }
    }
    status = status.mergedWith(quoting);
    if (status == TcbStatus.NOT_SUPPORTED) {
      // Intel says nothing of this combination, so nothing said of a part speaks of the whole.
      applied = new Applied();
    }
    return new Tcb(
        status,
        List.copyOf(applied.advisories),
        Optional.ofNullable(applied.date),
        Math.min(info.evaluationDataNumber(), qe.evaluationDataNumber()));
  }

  /** The first level that all versions reach is the platform's. */
  private static TcbStatus processor(
      Quote quote, PckExtension platform, TcbInfo info, Applied applied) {
    for (TcbLevel level : info.levels()) {
      if (level.isReachedBy(platform)
          && (!(quote.body() instanceof TdReport report) || level.isReachedBy(report))) {
        applied.add(level.advisories(), level.date());
        return level.status();
      }
    }
    return TcbStatus.NOT_SUPPORTED;
  }

  private static TcbStatus reached(List<SvnLevel> levels, int isvSvn, Applied applied) {
    Optional<SvnLevel> level = SvnLevel.reached(levels, isvSvn);
    level.ifPresent(reached -> applied.add(reached.advisories(), reached.date()));
    return level.map(SvnLevel::status).orElse(TcbStatus.NOT_SUPPORTED);
  }
}
