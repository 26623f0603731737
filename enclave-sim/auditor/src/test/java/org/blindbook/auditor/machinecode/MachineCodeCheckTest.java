package org.blindbook.auditor.machinecode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.blindbook.auditor.machinecode.MachineCodeCheck.Result;
import org.junit.jupiter.api.Test;

/** One kernel only: {@code blindbook audit trace --machine-code} runs all of them. */
class MachineCodeCheckTest {
  private static MachineCodeReport run(String only) throws MachineCodeException {
    Path enclave = EnclaveJvm.builtHere();
    assumeTrue(
        Files.isDirectory(enclave), "the enclave is not built: its jars are missing in " + enclave);
    try {
      return new MachineCodeCheck(enclave, List.of(""), only).run(result -> {});
    } catch (MachineCodeException.Unsupported e) {
      return abort(e.getMessage());
    }
  }

  @Test
  void shippedKernelIsEqualAndPlantedLeaksAreSeen() throws MachineCodeException {
    MachineCodeReport report = run("Speck encryption");

    assertThat(report.results())
        .extracting(Result::name)
        .containsExactly(
            "Speck encryption",
            "planted: early exit",
            "planted: secret index",
            "planted: length of a copy",
            "planted: branch by profile");
    assertThat(report.results().get(0).verdict()).isEqualTo(new Verdict.Equal());
    assertThat(report.results().get(0).instructions()).isGreaterThan(1000);
    assertThat(differs(report, 1).event()).isEqualTo("instruction");
    assertThat(differs(report, 1).before().place()).contains("PlantedLeaks.earlyExit (tier 4)");
    assertThat(differs(report, 2).event()).isEqualTo("address");
    assertThat(differs(report, 2).other().place()).contains("PlantedLeaks.secretIndex (tier 4)");
    assertThat(report.results().get(3).verdict()).isInstanceOf(Verdict.Differs.class);
    assertThat(differs(report, 4).event()).isEqualTo("instruction");
    assertThat(differs(report, 4).before().place()).contains("PlantedLeaks.branch (tier 4)");
    assertThat(report.exitCode()).isEqualTo(MachineCodeReport.EQUAL);
  }

  private static Verdict.Differs differs(MachineCodeReport report, int result) {
    return (Verdict.Differs) report.results().get(result).verdict();
  }
}
