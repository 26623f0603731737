package org.blindbook.auditor.trace;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.blindbook.auditor.trace.TraceReport.Outcome;
import org.blindbook.auditor.trace.coverage.LineCoverage;
import org.blindbook.auditor.trace.instrument.Site;
import org.blindbook.platform.EnclaveProgram;
import org.junit.jupiter.api.Test;

class TraceReportTest {
  private static final Site LINE = new Site("a.B", "c", 7, Site.LINE, "0123abcd");
  private static final LineCoverage ALL_RAN = new LineCoverage(1, List.of(), List.of(), List.of());
  private static final LineCoverage ONE_MISSING =
      new LineCoverage(1, List.of(LINE), List.of(LINE), List.of());
  private static final LineCoverage REVIEW_OUTDATED =
      new LineCoverage(1, List.of(), List.of(), List.of("a.B.c 0123abcd: gone"));

  private static TraceReport report(LineCoverage coverage, boolean whole) {
    ShippedImage image =
        new ShippedImage(EnclaveProgram.LOOKUP, Path.of("app"), Map.of(), Map.of(), List.of());
    return new TraceReport(image, Scale.QUICK, List.of(), Map.of(), coverage, whole);
  }

  @Test
  void aLineThatNeitherRanNorWasReviewedIsNoPass() {
    assertThat(report(ALL_RAN, true).outcome()).isEqualTo(Outcome.EQUAL);
    assertThat(report(ONE_MISSING, true).outcome()).isEqualTo(Outcome.UNANALYSED);
    assertThat(report(REVIEW_OUTDATED, true).outcome()).isEqualTo(Outcome.UNANALYSED);
  }

  @Test
  void ofAPartOfTheFamiliesCoverageIsNotJudged() {
    assertThat(report(ONE_MISSING, false).outcome()).isEqualTo(Outcome.EQUAL);
  }

  @Test
  void theReportForProgramsListsLines() {
    assertThat(JsonReport.of(report(ONE_MISSING, true)))
        .contains(
            "\"unreviewed\":[{\"class\":\"a.B\",\"method\":\"c\",\"line\":7,"
                + "\"digest\":\"0123abcd\"}]");
  }
}
