package org.blindbook.server.serving;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiPredicate;
import org.blindbook.edge.compiled.SteppedCode;
import org.blindbook.edge.compiled.TableKernel;
import org.blindbook.server.enclavehost.EnclaveRole;
import org.blindbook.server.enclavehost.TableSettings;

/**
 * What a server says at its start of enclaves whose compiled code nobody has stepped through: on
 * another Java runtime or architecture, or with another kernel, than those of the reviewed list.
 */
final class UnsteppedCode {
  private UnsteppedCode() {}

  /**
   * @param table what a lookup enclave runs on; empty where none is hosted
   * @param stepped whether an image, by its name, was stepped through with a kernel on this runtime
   * @return a sentence for each such enclave
   */
  static List<String> of(
      Set<EnclaveRole> roles, Optional<TableSettings> table, BiPredicate<String, String> stepped) {
    List<String> sentences = new ArrayList<>();
    // That of recent registrations runs the same code as that of all.
    for (EnclaveRole role : roles.stream().filter(EnclaveRole::required).toList()) {
      Optional<String> kernel =
          table
              .filter(t -> role == EnclaveRole.LOOKUP)
              .map(TableSettings::kernel)
              .map(TableKernel::label);
      if (!stepped.test(role.label(), kernel.orElse(SteppedCode.NO_KERNEL))) {
        sentences.add(
            "the "
                + role.label()
                + " enclave's compiled code"
                + kernel.map(k -> ", kernel " + k + ",").orElse("")
                + " was never stepped through on "
                + SteppedCode.thisRuntime()
                + ": docs/compiled-code.md says what that leaves open");
      }
    }
    return sentences;
  }
}
