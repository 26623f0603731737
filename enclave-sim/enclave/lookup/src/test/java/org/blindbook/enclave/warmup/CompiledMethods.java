package org.blindbook.enclave.warmup;

import java.lang.management.ManagementFactory;
import javax.management.ObjectName;
import org.blindbook.enclave.oblivious.GivenUpCode;

/** Which methods C2 has compiled, for tests that have it give one up. */
public final class CompiledMethods {
  private static final int POLL_MILLIS = 100;

  /** Twice as long as the watch takes to look. */
  private static final int SEEN_MILLIS = 600;

  private CompiledMethods() {}

  /** Waits until C2 has compiled a method of this code, and the watch has seen that. */
  public static void awaitC2(GivenUpCode code, String method) throws Exception {
    String listed = "4 0 " + GivenUpCode.class.getName() + "." + method + "(";
    do {
      code.compile();
      Thread.sleep(POLL_MILLIS);
    } while (!list().contains(listed));
    Thread.sleep(SEEN_MILLIS);
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
