package org.blindbook.edge.compiled;

import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import javax.management.JMException;
import javax.management.ObjectName;
import javax.management.RuntimeMBeanException;
import javax.management.openmbean.CompositeData;

/**
 * The kinds of inner loops that a lookup enclave's table has; the deployment names one. Widest
 * first.
 */
public enum TableKernel {
  VECTOR512("vector512"),
  VECTOR256("vector256"),
  PLAIN("plain");

  /** The name of the enclave's setting. */
  public static final String SETTING = "table.kernel";

  private final String label;

  TableKernel(String label) {
    this.label = label;
  }

  /** As settings, policies, options and reports write it. */
  public String label() {
    return label;
  }

  /** The labels. */
  public static List<String> labels() {
    return Arrays.stream(values()).map(TableKernel::label).toList();
  }

  /** The kernel of a label, if there is one. */
  public static Optional<TableKernel> of(String label) {
    return Arrays.stream(values()).filter(kernel -> kernel.label.equals(label)).findFirst();
  }

  /**
   * The widest that the compiler of this Java runtime makes vector instructions for on this
   * machine, by the flags that the JVM set when it looked at the processor. An enclave on another
   * machine or runtime is to be told another.
   */
  public static TableKernel ofThisMachine() {
    return of(flag("UseAVX"), flag("MaxVectorSize"));
  }

  /**
   * @param avx the generation of AVX in use; empty where the processor is not of x86
   * @param vectorBytes of the widest vectors; empty where there are none
   */
  static TableKernel of(OptionalInt avx, OptionalInt vectorBytes) {
    // Vectors of integers double with each generation; those of 256 bits came with AVX2.
    int avxBytes = avx.isEmpty() ? 64 : 8 << avx.getAsInt();
    int bytes = Math.min(avxBytes, vectorBytes.orElse(0));
    return bytes >= 64 ? VECTOR512 : bytes >= 32 ? VECTOR256 : PLAIN;
  }

  private static OptionalInt flag(String name) {
    try {
      CompositeData flag =
          (CompositeData)
              ManagementFactory.getPlatformMBeanServer()
                  .invoke(
                      new ObjectName("com.sun.management:type=HotSpotDiagnostic"),
                      "getVMOption",
                      new Object[] {name},
                      new String[] {String.class.getName()});
      return OptionalInt.of(Integer.parseInt(String.valueOf(flag.get("value"))));
    } catch (JMException | RuntimeMBeanException e) {
      return OptionalInt.empty(); // this JVM has no such flag
    }
  }
}
