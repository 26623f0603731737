package org.blindbook.auditor.machinecode;

import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import org.blindbook.auditor.machinecode.MemoryAccess.Unseen;

/** The instructions that one run executed, in order, and where each went in memory. */
final class StepTrace {
  /** Longer runs are not kept: those of all inputs have to fit into memory. */
  static final int LONGEST = 8_000_000;

  private long[] pcs = new long[1 << 16];
  private long[] addresses = new long[1 << 16];
  private int length;
  private final Map<Long, Instruction> instructions = new HashMap<>();
  private final Map<Unseen, Integer> unseen = new EnumMap<>(Unseen.class);

  /** Reads the instruction bytes at an address of the traced process. */
  interface Code {
    byte[] at(long pc) throws MachineCodeException;
  }

  /** An instruction's bytes, and more behind it, and what they say. */
  record Instruction(byte[] code, MemoryAccess access) {}

  /** Adds the instruction that the registers point to. */
  void add(Registers registers, Code code, MemoryAccess.Masks masks) throws MachineCodeException {
    if (length == pcs.length) {
      pcs = Arrays.copyOf(pcs, 2 * length);
      addresses = Arrays.copyOf(addresses, 2 * length);
    }
    long pc = registers.pc();
    Instruction instruction = instructions.get(pc);
    if (instruction == null) {
      byte[] bytes = code.at(pc);
      instruction = new Instruction(bytes, Decoder.decode(bytes));
      instructions.put(pc, instruction);
    }
    MemoryAccess access = instruction.access();
    if (access.unseen() != Unseen.NOTHING) {
      unseen.merge(access.unseen(), 1, Integer::sum);
    }
    pcs[length] = pc;
    addresses[length] = access.variable() ? access.address(registers, masks) : 0;
    length++;
  }

  boolean full() {
    return length == LONGEST;
  }

  int length() {
    return length;
  }

  long pc(int step) {
    return pcs[step];
  }

  long address(int step) {
    return addresses[step];
  }

  /** The distinct instructions that ran, by address. */
  Map<Long, Instruction> instructions() {
    return instructions;
  }

  /** How many executed instructions had accesses that are not fully known. */
  Map<Unseen, Integer> unseen() {
    return unseen;
  }
}
