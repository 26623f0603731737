package org.blindbook.auditor.machinecode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.blindbook.auditor.machinecode.MachineCodeCheck.Result;
import org.blindbook.edge.compiled.TableKernel;
import org.blindbook.platform.EnclaveProgram;
import org.junit.jupiter.api.Test;

/** One kernel only: {@code blindbook audit trace --machine-code} runs all of them. */
class MachineCodeCheckTest {
  private static MachineCodeReport run(String only, int limit) throws MachineCodeException {
    Path enclave = EnclaveJvm.builtHere(EnclaveProgram.LOOKUP);
    assumeTrue(
        Files.isDirectory(enclave), "the enclave is not built: its jars are missing in " + enclave);
    try {
      return new MachineCodeCheck(
              enclave, List.of(TableKernel.ofThisMachine().label()), only, limit)
          .run(new Silent());
    } catch (MachineCodeException.Unsupported e) {
      return abort(e.getMessage());
    }
  }

  @Test
  void shippedKernelIsEqualAndPlantedLeaksAreSeen() throws MachineCodeException {
    MachineCodeReport report = run("Speck encryption", 60);

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
    assertThat(report.results().get(0).compiled())
        .contains("org.blindbook.enclave.oblivious.VectorLayers.encrypt");
    assertThat(differs(report, 1).event()).isEqualTo("instruction");
    assertThat(differs(report, 1).before().place()).contains("PlantedLeaks.earlyExit (tier 4)");
    assertThat(differs(report, 2).event()).isEqualTo("address");
    assertThat(differs(report, 2).other().place()).contains("PlantedLeaks.secretIndex (tier 4)");
    assertThat(report.results().get(3).verdict()).isInstanceOf(Verdict.Differs.class);
    assertThat(differs(report, 4).event()).isEqualTo("instruction");
    assertThat(differs(report, 4).before().place()).contains("PlantedLeaks.branch (tier 4)");
    assertThat(report.exitCode()).isEqualTo(MachineCodeReport.EQUAL);
  }

  @Test
  void whatTakesTooLongIsNotFinishedAndTheNextSubjectStillRuns() throws MachineCodeException {
    MachineCodeReport report = run("whole update", 1);

    assertThat(report.results().get(0).verdict())
        .isInstanceOfSatisfying(
            Verdict.NotFinished.class, verdict -> assertThat(verdict.runs()).isLessThan(6));
    assertThat(differs(report, 1).event()).isEqualTo("instruction");
    assertThat(report.exitCode()).isEqualTo(MachineCodeReport.NOT_SHOWN);
  }

  private record Silent() implements MachineCodeCheck.Progress {
    @Override
    public void begins(String kernel, String name) {}

    @Override
    public void ends(Result result) {}
  }

  private static Verdict.Differs differs(MachineCodeReport report, int result) {
    return (Verdict.Differs) report.results().get(result).verdict();
  }
}
