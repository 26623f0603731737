package org.blindbook.server.serving;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import org.blindbook.edge.compiled.TableKernel;
import org.blindbook.server.enclavehost.EnclaveRole;
import org.blindbook.server.enclavehost.TableSettings;
import org.junit.jupiter.api.Test;

class UnsteppedCodeTest {
  private static final Optional<TableSettings> TABLE =
      Optional.of(new TableSettings(TableKernel.PLAIN, 2));

  private static List<String> said(EnumSet<EnclaveRole> roles, String... stepped) {
    return UnsteppedCode.of(
        roles, TABLE, (image, kernel) -> List.of(stepped).contains(image + " " + kernel));
  }

  @Test
  void whatWasSteppedThroughIsNotSpokenOf() {
    EnumSet<EnclaveRole> both = EnumSet.allOf(EnclaveRole.class);
    assertThat(said(both, "lookup plain", "evaluator none")).isEmpty();
  }

  @Test
  void eachEnclaveThatWasNotIsNamedWithKernelAndRuntime() {
    EnumSet<EnclaveRole> both = EnumSet.allOf(EnclaveRole.class);
    String runtime = System.getProperty("os.arch");
    assertThat(said(both, "lookup vector512"))
        .satisfiesExactly(
            lookup ->
                assertThat(lookup)
                    .contains("lookup enclave", "kernel plain", "never stepped through", runtime),
            evaluator ->
                assertThat(evaluator)
                    .contains("evaluator enclave", "never stepped through")
                    .doesNotContain("kernel"));
    assertThat(said(EnumSet.of(EnclaveRole.EVALUATOR), "evaluator none")).isEmpty();
  }
}
