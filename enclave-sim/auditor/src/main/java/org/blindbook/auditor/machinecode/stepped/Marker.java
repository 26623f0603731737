package org.blindbook.auditor.machinecode.stepped;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.invoke.MethodHandle;

/**
 * Says to a tracer where the watched part begins and ends: by a system call that changes nothing,
 * with an argument that nobody else uses. Without a tracer nothing happens.
 */
public final class Marker {
  /** getpgid(2) on x86-64. */
  public static final int SYSTEM_CALL = 121;

  public static final int BEGIN = 0x5eed_0001;
  public static final int END = 0x5eed_0002;

  /** The call stays in the Java state, so that no safepoint falls on the way back from it. */
  private static final MethodHandle GET_PROCESS_GROUP =
      function("getpgid", FunctionDescriptor.of(JAVA_INT, JAVA_INT));

  private static final MethodHandle GET_THREAD =
      function("gettid", FunctionDescriptor.of(JAVA_INT));

  private Marker() {}

  @SuppressWarnings("restricted") // two calls that read numbers
  private static MethodHandle function(String name, FunctionDescriptor type) {
    Linker linker = Linker.nativeLinker();
    return linker.downcallHandle(
        linker.defaultLookup().findOrThrow(name), type, Linker.Option.critical(false));
  }

  static void mark(int point) {
    try {
      int ignored = (int) GET_PROCESS_GROUP.invokeExact(point);
    } catch (Throwable e) {
      throw new LinkageError("getpgid cannot be called", e);
    }
  }

  /** The operating system's number of this thread. */
  static int thread() {
    try {
      return (int) GET_THREAD.invokeExact();
    } catch (Throwable e) {
      throw new LinkageError("gettid cannot be called", e);
    }
  }
}
