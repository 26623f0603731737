package org.blindbook.enclave.lookup;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URL;
import java.net.URLClassLoader;
import java.util.stream.Stream;
import org.blindbook.edge.compiled.TableKernel;
import org.blindbook.enclave.SimpleHardware;
import org.blindbook.enclave.constanttime.Masks;
import org.blindbook.protocol.Sha256;
import org.blindbook.protocol.lookup.LookupCalls;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a host names by the machine starts; wider vectors than the machine has do not. */
class KernelOfTheMachineTest {
  private static void start(TableKernel kernel) throws Exception {
    URL[] classes =
        Stream.of(
                Masks.class,
                LookupEnclave.class,
                Sha256.class,
                LookupCalls.class,
                SimpleHardware.class,
                EnclaveOfAKernel.class)
            .map(type -> type.getProtectionDomain().getCodeSource().getLocation())
            .toArray(URL[]::new);
    try (URLClassLoader loader =
        new URLClassLoader(classes, ClassLoader.getPlatformClassLoader())) {
      loader
          .loadClass(EnclaveOfAKernel.class.getName())
          .getMethod("start", String.class)
          .invoke(null, kernel.label());
    }
  }

  @ParameterizedTest
  @EnumSource(TableKernel.class)
  void anEnclaveStartsWithTheVectorsOfItsMachineAndNoWiderOnes(TableKernel kernel) {
    if (kernel.compareTo(TableKernel.ofThisMachine()) >= 0) {
      assertThatCode(() -> start(kernel)).doesNotThrowAnyException();
    } else {
      assertThatThrownBy(() -> start(kernel))
          .rootCause()
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("no vectors for table.kernel=" + kernel.label());
    }
  }
}
