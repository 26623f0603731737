package org.blindbook.enclave.warmup;

import java.lang.management.ManagementFactory;
import javax.management.ObjectName;
import org.blindbook.enclave.oblivious.GivenUpCode;

/** Which methods C2 has compiled, for tests that have it give one up. */
public final class CompiledMethods {
  private static final int POLL_MILLIS = 100;

  /**
   * C2 may have compiled the loop alone, for the call that ran when it got hot; what is called next
   * is the method. In as many polls it has that, too, and the watch has looked several times.
   */
  private static final int MORE_POLLS = 15;

  private CompiledMethods() {}

  /** Waits until C2 has compiled a method of this code, and the watch has seen that. */
  public static void awaitC2(GivenUpCode code, String method) throws Exception {
    String listed = "4 0 " + GivenUpCode.class.getName() + "." + method + "(";
    int polls = 0;
    while (polls < MORE_POLLS) {
      code.compile();
      Thread.sleep(POLL_MILLIS);
      polls += polls > 0 || list().contains(listed) ? 1 : 0;
    }
  }

  private static String list() throws Exception {
    return String.valueOf(
        ManagementFactory.getPlatformMBeanServer()
            .invoke(
                new ObjectName("com.sun.management:type=DiagnosticCommand"),
                "compilerCodelist",
                new Object[] {new String[0]},
                new String[] {String[].class.getName()}));
  }
}
