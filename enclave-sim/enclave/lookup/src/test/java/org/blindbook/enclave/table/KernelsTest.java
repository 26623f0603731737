package org.blindbook.enclave.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.reflect.InvocationTargetException;
import java.net.URL;
import java.net.URLClassLoader;
import org.blindbook.enclave.constanttime.Masks;
import org.blindbook.enclave.oblivious.VectorWidth;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KernelsTest {

  /** Loads the enclave's classes anew, so that they read the setting anew. */
  private static String compareWith(String setting) throws Exception {
    URL[] classes = {
      Masks.class.getProtectionDomain().getCodeSource().getLocation(),
      Kernels.class.getProtectionDomain().getCodeSource().getLocation(),
      Masks.class.getProtectionDomain().getCodeSource().getLocation(),
      KernelComparison.class.getProtectionDomain().getCodeSource().getLocation()
    };
    String before = System.getProperty(VectorWidth.SETTING);
    System.setProperty(VectorWidth.SETTING, setting);
    try (URLClassLoader loader =
        new URLClassLoader(classes, ClassLoader.getPlatformClassLoader())) {
      return (String)
          loader.loadClass(KernelComparison.class.getName()).getMethod("run").invoke(null);
    } finally {
      if (before == null) {
        System.clearProperty(VectorWidth.SETTING);
      } else {
        System.setProperty(VectorWidth.SETTING, before);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"plain", "vector256", "vector512"})
  void everyKernelGivesWhatThePlainOneGives(String setting) throws Exception {
    assertThat(compareWith(setting)).isEqualTo(setting);
  }

  @ParameterizedTest
  @ValueSource(strings = {"vector64", "fast"})
  void anUnknownKernelIsRefused(String setting) {
    assertThatThrownBy(() -> compareWith(setting))
        .isInstanceOf(InvocationTargetException.class)
        .rootCause()
        .hasMessageContaining("blindbook.kernel must be plain");
  }
}
