package org.blindbook.auditor.machinecode;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.MemorySegment;

/** A view of the kernel's {@code user_regs_struct} for x86-64. */
record Registers(MemorySegment memory) {
  static final int BYTES = 27 * Long.BYTES;

  private static final int RIP = 16;
  private static final int FLAGS = 18;
  private static final long TRAP_FLAG = 1 << 8;
  private static final int ORIG_RAX = 15;

  /** Position in the structure by the number that instructions give a register: rax, rcx, ... */
  private static final int[] GENERAL = {10, 11, 12, 5, 19, 4, 13, 14, 9, 8, 7, 6, 3, 2, 1, 0};

  private static final int FS_BASE = 21;
  private static final int GS_BASE = 22;

  static final int RAX = 0;
  static final int RDX = 2;
  static final int RBX = 3;
  static final int RSP = 4;
  static final int RBP = 5;
  static final int RSI = 6;
  static final int RDI = 7;

  private long at(int position) {
    return memory.getAtIndex(JAVA_LONG, position);
  }

  /**
   * Clears the flag that makes the processor trap after each instruction. Linux hides the one that
   * single-stepping sets; but code that pushes its flags and pops them later then sets it itself,
   * and would be killed by it when nobody traces any more.
   *
   * @return whether it was set
   */
  boolean clearTrapFlag() {
    long flags = at(FLAGS);
    memory.setAtIndex(JAVA_LONG, FLAGS, flags & ~TRAP_FLAG);
    return (flags & TRAP_FLAG) != 0;
  }

  /** Address of the next instruction. */
  long pc() {
    return at(RIP);
  }

  /** A general register by its number in instructions, 0 to 15. */
  long general(int number) {
    return at(GENERAL[number]);
  }

  long fsBase() {
    return at(FS_BASE);
  }

  long gsBase() {
    return at(GS_BASE);
  }

  /** Number of the system call that the thread entered or left. */
  long systemCall() {
    return at(ORIG_RAX);
  }
}
