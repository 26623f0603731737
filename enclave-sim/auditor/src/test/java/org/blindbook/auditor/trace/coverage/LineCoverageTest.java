package org.blindbook.auditor.trace.coverage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Set;
import org.blindbook.auditor.trace.instrument.Site;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LineCoverageTest {
  private static final Site RUNS = line("a.B", "c", 10, "00000001");
  private static final Site NOT = line("a.B", "c", 11, "00000002");
  private static final Site OTHER = line("a.D$E", "<init>", 5, "00000003");
  private static final List<Site> ALL = List.of(NOT, OTHER, RUNS);

  private static Site line(String type, String method, int line, String digest) {
    return new Site(type, method, line, Site.LINE, digest);
  }

  private static LineCoverage judged(String review, Site... ran) {
    return LineCoverage.of("lookup", ALL, Set.of(ran), ReviewedLines.parse(review), true);
  }

  @Test
  void aLineThatDoesNotRunIsNamedUnlessItWasReviewed() {
    LineCoverage without = judged("", RUNS);
    assertThat(without.unreviewed()).containsExactly(NOT, OTHER);
    assertThat(without.isComplete()).isFalse();
    LineCoverage with =
        judged("# why\n\nlookup a.B.c 00000002 : because\nboth a.D$E.<init> 00000003 : why", RUNS);
    assertThat(with.notRun()).containsExactly(NOT, OTHER);
    assertThat(with.isComplete()).isTrue();
  }

  @Test
  void aReviewOfAMethodHidesNoOtherLineOfIt() {
    assertThat(judged("lookup a.B.c 00000002 : because", OTHER).unreviewed()).containsExactly(RUNS);
  }

  @Test
  void aReviewOfAnotherImageIsNone() {
    assertThat(judged("evaluator a.B.c 00000002 : because", RUNS, OTHER).unreviewed())
        .containsExactly(NOT);
  }

  @Test
  void anEntryWhoseLineRunsOrIsGoneIsOutdated() {
    String review = "lookup a.B.c 00000002 00000009 : because";
    assertThat(judged(review, RUNS, NOT, OTHER).outdated())
        .containsExactly("a.B.c 00000002: line 11 runs", "a.B.c 00000009: gone");
    assertThat(LineCoverage.of("lookup", ALL, Set.of(NOT), ReviewedLines.parse(review), false))
        .satisfies(c -> assertThat(c.outdated()).containsExactly("a.B.c 00000009: gone"));
  }

  @Test
  void ofAClassThatIsReviewedAsAWholeNoLineMayRun() {
    String review = "lookup a.B * : no secret\nlookup a.F * : gone";
    assertThat(judged(review, OTHER).unreviewed()).isEmpty();
    assertThat(judged(review, OTHER, RUNS).outdated())
        .containsExactly("a.B *: line 10 runs", "a.F *: gone");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "lookup a.B.c 00000002",
        "lookup a.B.c 2 : short",
        "lookup a.B.c : no digest",
        "lookup a.B.c * extra : what",
        "a.B.c 00000002 : which image"
      })
  void aLineThatIsNoEntryIsNamed(String text) {
    assertThatThrownBy(() -> ReviewedLines.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(text);
  }

  @Test
  void everyShippedEntryIsReadable() {
    assertThat(ReviewedLines.shipped().of("lookup")).isNotEmpty();
    assertThat(ReviewedLines.shipped().of("evaluator")).isNotEmpty();
  }
}
