package org.blindbook.auditor.machinecode;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Where the mask registers lie in the processor's extended state (XSAVE, standard format). The
 * offset is the processor's to choose and stands in CPUID, which Java cannot ask; both vendors use
 * one for all their models. A planted leak that shows in a mask register only proves it in each
 * run.
 */
final class ExtendedState {
  /** NT_X86_XSTATE. */
  static final long REGISTER_SET = 0x202;

  /** Room for all of today's state, matrix tiles included. */
  static final long MOST_BYTES = 1 << 14;

  private static final int INTEL = 1088;
  private static final int AMD = 832;

  private static final Path PROCESSOR = Path.of("/proc/cpuinfo");

  private ExtendedState() {}

  /** Lazily, because only code with masked accesses needs it. */
  private static final class Offset {
    static final int OF_MASKS = find();

    private static int find() {
      try {
        return Files.readString(PROCESSOR).contains("AuthenticAMD") ? AMD : INTEL;
      } catch (IOException e) {
        return INTEL;
      }
    }
  }

  static long maskOffset(int number) {
    return Offset.OF_MASKS + (long) number * Long.BYTES;
  }
}
