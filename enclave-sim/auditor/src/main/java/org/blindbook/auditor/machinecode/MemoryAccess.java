package org.blindbook.auditor.machinecode;

import static org.blindbook.auditor.machinecode.Registers.RAX;
import static org.blindbook.auditor.machinecode.Registers.RDX;
import static org.blindbook.auditor.machinecode.Registers.RSP;

/**
 * Which registers decide where one instruction reads or writes memory.
 *
 * <p>Displacements and addresses relative to the program counter are left out: they are constants
 * of an instruction, and accesses are compared only between equal program counters.
 *
 * @param base register number, or {@link #NONE}
 * @param index register number, or {@link #NONE}
 * @param shift base-2 logarithm of the index's scale
 * @param narrow 32-bit addresses
 * @param segment {@code FS}, {@code GS}, or {@link #NONE}
 * @param mask number of the mask register that says which bytes are touched, or {@link #NONE}: its
 *     value is recorded like an address
 * @param implicit a second address in this register, or {@link #NONE}
 * @param divides a division, whose time may depend on the dividend: it is recorded like an address
 * @param unseen why the instruction's accesses are not fully known
 */
record MemoryAccess(
    int base,
    int index,
    int shift,
    boolean narrow,
    int segment,
    int mask,
    int implicit,
    boolean divides,
    Unseen unseen) {
  static final int NONE = -1;
  static final int FS = 0x64;
  static final int GS = 0x65;

  /** Why an instruction's accesses are not fully known. */
  enum Unseen {
    NOTHING("everything was decoded"),
    UNKNOWN("an instruction that this decoder does not know"),
    GATHER("a gather or scatter: its addresses stand in a vector register"),
    MASKED("a masked access: which bytes it touches stands in a vector register");

    final String text;

    Unseen(String text) {
      this.text = text;
    }
  }

  static final MemoryAccess NO_ACCESS =
      new MemoryAccess(NONE, NONE, 0, false, NONE, NONE, NONE, false, Unseen.NOTHING);

  static MemoryAccess in(int register) {
    return NO_ACCESS.withImplicit(register);
  }

  static MemoryAccess stack() {
    return in(RSP);
  }

  static MemoryAccess unseen(Unseen why) {
    return NO_ACCESS.with(why);
  }

  MemoryAccess withImplicit(int register) {
    return new MemoryAccess(base, index, shift, narrow, segment, mask, register, divides, unseen);
  }

  MemoryAccess with(Unseen why) {
    return new MemoryAccess(base, index, shift, narrow, segment, mask, implicit, divides, why);
  }

  MemoryAccess dividing() {
    return new MemoryAccess(base, index, shift, narrow, segment, mask, implicit, true, unseen);
  }

  /** Whether the address can change from one execution to another. */
  boolean variable() {
    return base != NONE || index != NONE || mask != NONE || implicit != NONE || divides;
  }

  /** The mask registers of a stopped thread. */
  interface Masks {
    long read(int number) throws MachineCodeException;
  }

  /** The address, up to a constant of the instruction; of two addresses, a mixture of both. */
  long address(Registers registers, Masks masks) throws MachineCodeException {
    long address = base == NONE ? 0 : registers.general(base);
    if (index != NONE) {
      address += registers.general(index) << shift;
    }
    if (narrow) {
      address &= 0xffff_ffffL;
    }
    if (segment == FS) {
      address += registers.fsBase();
    } else if (segment == GS) {
      address += registers.gsBase();
    }
    if (mask != NONE) {
      // The address is not spread, so that it is seen to move along with a new object.
      address += mix(masks.read(mask));
    }
    if (implicit != NONE) {
      address = mix(address) + registers.general(implicit);
    }
    if (divides) {
      address = mix(mix(address) + registers.general(RAX)) + registers.general(RDX);
    }
    return address;
  }

  /** Spreads a second address over the bits; zero stays zero, so one address alone is readable. */
  private static long mix(long x) {
    return x * 0x9e37_79b9_7f4a_7c15L;
  }
}
