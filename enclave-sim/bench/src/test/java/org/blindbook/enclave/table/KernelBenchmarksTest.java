package org.blindbook.enclave.table;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collection;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/** Every benchmark runs, so that none of them rots; in this process and too briefly to measure. */
class KernelBenchmarksTest {
  private static final List<String> BENCHMARKS =
      List.of(
          "match", "scan", "apply", "sort", "sortReplay", "compaction", "distribution", "encrypt");

  @Test
  void everyBenchmarkRuns() throws RunnerException {
    Collection<RunResult> results =
        new Runner(
                new OptionsBuilder()
                    .include(KernelBenchmarks.class.getName())
                    .param("kernels", "plain", "machine")
                    .forks(0)
                    .warmupIterations(0)
                    .measurementIterations(1)
                    .measurementTime(TimeValue.milliseconds(20))
                    .shouldFailOnError(true)
                    .verbosity(VerboseMode.SILENT)
                    .build())
            .run();
    assertThat(results)
        .extracting(result -> result.getPrimaryResult().getLabel())
        .containsExactlyInAnyOrderElementsOf(
            BENCHMARKS.stream().flatMap(name -> List.of(name, name).stream()).toList());
    assertThat(results).allMatch(result -> result.getPrimaryResult().getScore() > 0);
  }
}
