package org.blindbook.enclave.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.net.URL;
import java.net.URLClassLoader;
import org.blindbook.edge.compiled.TableKernel;
import org.blindbook.enclave.constanttime.Masks;
import org.blindbook.enclave.oblivious.LayerKernel;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class KernelsTest {

  /** Loads the enclave's classes anew, so that they settle on a width anew. */
  private static Object inAProcessOfItsOwn(String method, String kernel) throws Exception {
    URL[] classes = {
      Masks.class.getProtectionDomain().getCodeSource().getLocation(),
      Kernels.class.getProtectionDomain().getCodeSource().getLocation(),
      KernelComparison.class.getProtectionDomain().getCodeSource().getLocation()
    };
    try (URLClassLoader loader =
        new URLClassLoader(classes, ClassLoader.getPlatformClassLoader())) {
      return loader
          .loadClass(KernelComparison.class.getName())
          .getMethod(method, String.class)
          .invoke(null, kernel);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"plain", "vector256", "vector512"})
  void everyKernelGivesWhatThePlainOneGives(String kernel) throws Exception {
    assertThat(inAProcessOfItsOwn("run", kernel)).isEqualTo(kernel);
  }

  @ParameterizedTest
  @ValueSource(strings = {"vector128", "fast", ""})
  void anUnknownKernelIsRefused(String kernel) {
    assertThatThrownBy(() -> inAProcessOfItsOwn("run", kernel))
        .isInstanceOf(InvocationTargetException.class)
        .rootCause()
        .hasMessageContaining("no such kernel");
  }

  @Test
  void aProcessHasVectorsOfOneWidth() {
    assertThatThrownBy(() -> inAProcessOfItsOwn("runAfterVectorsOf512Bits", "vector256"))
        .isInstanceOf(InvocationTargetException.class)
        .rootCause()
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("one width");
  }

  /** Where the machine has no such vectors, the same loops would branch on what they compare. */
  @ParameterizedTest
  @EnumSource(TableKernel.class)
  void aKernelWiderThanTheMachinesVectorsIsRefused(TableKernel kernel) throws Exception {
    if (kernel.compareTo(TableKernel.ofThisMachine()) >= 0) {
      assertThat(inAProcessOfItsOwn("requireMachine", kernel.label())).isNull();
    } else {
      assertThatThrownBy(() -> inAProcessOfItsOwn("requireMachine", kernel.label()))
          .rootCause()
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("this machine has no vectors for table.kernel=" + kernel.label());
    }
  }

  @Test
  void noMachineHasVectorsOfSoManyLanes() {
    LayerKernel wide =
        (LayerKernel)
            Proxy.newProxyInstance(
                LayerKernel.class.getClassLoader(),
                new Class<?>[] {LayerKernel.class},
                (proxy, method, arguments) -> 64);
    Kernels kernels = new Kernels("vector4096", wide, Kernels.PLAIN.buckets(), false);
    assertThatThrownBy(kernels::requireMachine)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "this machine has no vectors for table.kernel=vector4096, choose a narrower or plain");
  }
}
