package org.blindbook.auditor.machinecode;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.blindbook.auditor.machinecode.MachineCodeCheck.Result;
import org.blindbook.auditor.machinecode.Verdict.Seen;
import org.junit.jupiter.api.Test;

class MachineCodeReportTest {
  private static final Seen SEEN = new Seen("Kernel.run (tier 4) + 0x10", "c3", 0x1000);
  private static final Verdict EQUAL = new Verdict.Equal();
  private static final Verdict DIFFERS =
      new Verdict.Differs("hits", "misses", 17, "address", SEEN, SEEN, SEEN);

  private static MachineCodeReport report(Verdict kernel, Verdict plantedLeak) {
    return new MachineCodeReport(
        List.of(
            new Result("plain", "match", false, 2, 100, List.of("Kernel.run"), kernel, 5),
            new Result("plain", "planted: leak", true, 2, 100, List.of("Leak"), plantedLeak, 5)));
  }

  @Test
  void passesWhenKernelsAreEqualAndTheLeakWasSeen() {
    assertThat(report(EQUAL, DIFFERS).exitCode()).isEqualTo(0);
  }

  @Test
  void failsWhenAKernelDiffers() {
    MachineCodeReport report = report(DIFFERS, DIFFERS);

    assertThat(report.exitCode()).isEqualTo(2);
    assertThat(MachineCodeReport.text(report.results().get(0)))
        .contains("DIFFERS in the address at step 17", "misses: Kernel.run (tier 4) + 0x10");
    assertThat(report.json()).contains("\"verdict\":\"Differs\"", "\"otherInput\":\"misses\"");
  }

  @Test
  void isBlindWhenAPlantedLeakWasNotSeen() {
    assertThat(report(EQUAL, EQUAL).exitCode()).isEqualTo(3);
    assertThat(report(EQUAL, EQUAL).conclusion()).startsWith("BLIND");
  }

  @Test
  void namesWhatWasCompiled() {
    MachineCodeReport report = report(EQUAL, DIFFERS);

    assertThat(report.compiled()).contains("by C2, plain", "  Kernel.run\n").doesNotContain("Leak");
    assertThat(report.json()).contains("\"compiledByC2\":[\"Kernel.run\"]");
  }

  @Test
  void doesNotPassWhatDidNotFinish() {
    MachineCodeReport report = report(new Verdict.NotFinished(2, 6), DIFFERS);

    assertThat(report.exitCode()).isEqualTo(3);
    assertThat(report.conclusion()).contains("not everything finished");
    assertThat(MachineCodeReport.text(report.results().get(0))).contains("NOT FINISHED: 2 of 6");
    assertThat(report.json()).contains("\"verdict\":\"NotFinished\",\"runs\":2,\"wanted\":6");
  }

  @Test
  void doesNotPassWhatItCouldNotJudge() {
    assertThat(report(new Verdict.Unanalysed(List.of("a gather")), DIFFERS).exitCode())
        .isEqualTo(3);
    assertThat(report(new Verdict.Nondeterministic(3, SEEN, SEEN), DIFFERS).exitCode())
        .isEqualTo(3);
  }
}
