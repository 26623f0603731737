package org.blindbook.auditor.machinecode;

import static org.blindbook.auditor.machinecode.MemoryAccess.NONE;
import static org.blindbook.auditor.machinecode.Registers.RBP;
import static org.blindbook.auditor.machinecode.Registers.RBX;
import static org.blindbook.auditor.machinecode.Registers.RDI;
import static org.blindbook.auditor.machinecode.Registers.RSI;

import org.blindbook.auditor.machinecode.MemoryAccess.Unseen;

/**
 * Finds the memory operands of one x86-64 instruction (Intel SDM, volume 2, chapter 2 and appendix
 * A; no APX). Single-stepping says where the next instruction is, so lengths and immediates are of
 * no interest, and what an instruction computes is not either.
 */
final class Decoder {
  /** No instruction is longer. */
  static final int MAX_LENGTH = 15;

  private static final int MAP_0F = 1;
  private static final int MAP_0F38 = 2;

  private final byte[] code;
  private int at;
  private boolean narrow;
  private int segment = NONE;
  private int rex;
  private boolean vector;
  private int mask = NONE;
  private boolean maskedByVector;

  private Decoder(byte[] code) {
    this.code = code;
  }

  /**
   * @param code at least {@value #MAX_LENGTH} bytes from the instruction on
   */
  static MemoryAccess decode(byte[] code) {
    try {
      return new Decoder(code).instruction();
    } catch (ArrayIndexOutOfBoundsException e) {
      return MemoryAccess.unseen(Unseen.UNKNOWN);
    }
  }

  private int next() {
    return code[at++] & 0xff;
  }

  private MemoryAccess instruction() {
    int opcode = next();
    while (prefix(opcode)) {
      opcode = next();
    }
    if ((opcode & 0xf0) == 0x40) {
      rex = opcode;
      opcode = next();
    }
    return switch (opcode) {
      case 0x0f -> escaped();
      case 0xc5 -> {
        vector = true;
        next();
        yield mapped(MAP_0F, next());
      }
      case 0xc4 -> {
        vector = true;
        int p0 = next();
        rex = ~p0 >> 5 & 3;
        next();
        yield mapped(p0 & 0x1f, next());
      }
      case 0x62 -> evex();
      default -> oneByte(opcode);
    };
  }

  private boolean prefix(int b) {
    switch (b) {
      case 0x67 -> narrow = true;
      case MemoryAccess.FS, MemoryAccess.GS -> segment = b;
      case 0x66, 0xf0, 0xf2, 0xf3, 0x26, 0x2e, 0x36, 0x3e -> {}
      default -> {
        return false;
      }
    }
    return true;
  }

  private MemoryAccess evex() {
    vector = true;
    int p0 = next();
    int p1 = next();
    int p2 = next();
    if ((p0 & 8) != 0 || (p1 & 4) == 0) {
      return MemoryAccess.unseen(Unseen.UNKNOWN);
    }
    rex = ~p0 >> 5 & 3;
    mask = (p2 & 7) == 0 ? NONE : p2 & 7;
    return mapped(p0 & 7, next());
  }

  private MemoryAccess escaped() {
    int opcode = next();
    return switch (opcode) {
      case 0x38 -> mapped(MAP_0F38, next());
      case 0x3a -> mapped(3, next());
      default -> mapped(MAP_0F, opcode);
    };
  }

  /** Opcodes after an escape, VEX or EVEX prefix. */
  private MemoryAccess mapped(int map, int opcode) {
    return switch (map) {
      case MAP_0F -> map0f(opcode);
      case MAP_0F38 -> map0f38(opcode);
      case 3, 5, 6 -> modRm();
      default -> MemoryAccess.unseen(Unseen.UNKNOWN);
    };
  }

  private MemoryAccess map0f(int opcode) {
    if (vector) {
      // VEX opcodes below 0x50 include the mask register moves; all of them have a ModRM byte.
      return switch (opcode) {
        case 0x77 -> MemoryAccess.NO_ACCESS;
        case 0xf7 -> MemoryAccess.in(RDI).with(Unseen.MASKED);
        default -> modRm();
      };
    }
    return switch (opcode) {
      case 0x05, 0x0b, 0x31, 0x77, 0xa2 -> MemoryAccess.NO_ACCESS;
      case 0xa0, 0xa1, 0xa8, 0xa9 -> MemoryAccess.stack();
      case 0xc8, 0xc9, 0xca, 0xcb, 0xcc, 0xcd, 0xce, 0xcf -> MemoryAccess.NO_ACCESS;
      // Hints and padding touch nothing; 0x18 and 0x0d are prefetches, which do.
      case 0x19, 0x1a, 0x1b, 0x1c, 0x1d, 0x1e, 0x1f -> MemoryAccess.NO_ACCESS;
      // Bit tests in memory add the bit number in a register to the address.
      case 0xa3, 0xab, 0xb3, 0xbb -> registerForm() ? MemoryAccess.NO_ACCESS : unknown();
      case 0xf7 -> MemoryAccess.in(RDI).with(Unseen.MASKED);
      case 0x04, 0x06, 0x07, 0x08, 0x09, 0x0a, 0x0c, 0x0e, 0x0f -> unknown();
      case 0x20, 0x21, 0x22, 0x23, 0x24, 0x25, 0x26, 0x27 -> unknown();
      case 0x30, 0x32, 0x33, 0x34, 0x35, 0x36, 0x37, 0x39, 0xaa -> unknown();
      default -> (opcode & 0xf0) == 0x80 ? MemoryAccess.NO_ACCESS : modRm();
    };
  }

  private MemoryAccess map0f38(int opcode) {
    if (vector) {
      switch (opcode) {
        case 0x90, 0x91, 0x92, 0x93, 0xa0, 0xa1, 0xa2, 0xa3, 0xc6, 0xc7 -> {
          return MemoryAccess.unseen(Unseen.GATHER);
        }
        case 0x2c, 0x2d, 0x2e, 0x2f, 0x8c, 0x8e -> maskedByVector = true;
        case 0x4b -> {
          return unknown(); // AMX tiles
        }
        default -> {}
      }
    }
    return modRm();
  }

  private MemoryAccess oneByte(int opcode) {
    if (opcode < 0x40) {
      return (opcode & 7) < 4 ? modRm() : (opcode & 7) < 6 ? MemoryAccess.NO_ACCESS : unknown();
    }
    return switch (opcode >> 4) {
      case 0x5 -> MemoryAccess.stack();
      case 0x6 ->
          switch (opcode) {
            case 0x63, 0x69, 0x6b -> modRm();
            case 0x68, 0x6a -> MemoryAccess.stack();
            default -> unknown();
          };
      case 0x7, 0xb -> MemoryAccess.NO_ACCESS;
      case 0x8 ->
          switch (opcode) {
            case 0x82 -> unknown();
            case 0x8d -> MemoryAccess.NO_ACCESS; // lea computes an address and goes nowhere
            case 0x8f -> regField() == 0 ? modRm().withImplicit(Registers.RSP) : unknown();
            default -> modRm();
          };
      case 0x9 ->
          switch (opcode) {
            case 0x9a -> unknown();
            case 0x9c, 0x9d -> MemoryAccess.stack();
            default -> MemoryAccess.NO_ACCESS;
          };
      case 0xa -> strings(opcode);
      case 0xc ->
          switch (opcode) {
            case 0xc0, 0xc1, 0xc6, 0xc7 -> modRm();
            case 0xc2, 0xc3, 0xc8 -> MemoryAccess.stack();
            case 0xc9 -> MemoryAccess.in(RBP);
            default -> unknown();
          };
      case 0xd ->
          switch (opcode) {
            case 0xd4, 0xd5, 0xd6 -> unknown();
            case 0xd7 -> operand(RBX, Registers.RAX, 0).with(Unseen.UNKNOWN); // AL only
            default -> modRm();
          };
      case 0xe ->
          switch (opcode) {
            case 0xe0, 0xe1, 0xe2, 0xe3, 0xe9, 0xeb -> MemoryAccess.NO_ACCESS;
            case 0xe8 -> MemoryAccess.stack();
            default -> unknown();
          };
      default -> groups(opcode);
    };
  }

  private MemoryAccess strings(int opcode) {
    return switch (opcode) {
      case 0xa4, 0xa5, 0xa6, 0xa7 -> operand(RSI, NONE, 0).withImplicit(RDI);
      case 0xaa, 0xab, 0xae, 0xaf -> MemoryAccess.in(RDI);
      case 0xac, 0xad -> operand(RSI, NONE, 0);
      default -> MemoryAccess.NO_ACCESS; // absolute addresses and test with an immediate
    };
  }

  private MemoryAccess groups(int opcode) {
    return switch (opcode) {
      case 0xf5, 0xf8, 0xf9, 0xfc, 0xfd -> MemoryAccess.NO_ACCESS;
      case 0xf6, 0xf7 -> regField() >= 6 ? modRm().dividing() : modRm();
      case 0xfe -> modRm();
      case 0xff ->
          switch (regField()) {
            case 2, 6 -> modRm().withImplicit(Registers.RSP);
            case 0, 1, 4 -> modRm();
            default -> unknown();
          };
      default -> unknown();
    };
  }

  private static MemoryAccess unknown() {
    return MemoryAccess.unseen(Unseen.UNKNOWN);
  }

  private int regField() {
    return code[at] >> 3 & 7;
  }

  private boolean registerForm() {
    return (code[at] & 0xc0) == 0xc0;
  }

  private MemoryAccess operand(int base, int index, int shift) {
    return new MemoryAccess(
        base,
        index,
        shift,
        narrow,
        segment,
        mask,
        NONE,
        false,
        maskedByVector ? Unseen.MASKED : Unseen.NOTHING);
  }

  /** The operand that a ModRM byte names, with the SIB byte behind it. */
  private MemoryAccess modRm() {
    int modRm = next();
    int mod = modRm >> 6;
    int rm = modRm & 7;
    if (mod == 3) {
      return MemoryAccess.NO_ACCESS;
    }
    int baseHigh = (rex & 1) << 3;
    if (rm != 4) {
      boolean relativeToPc = mod == 0 && rm == 5;
      return operand(relativeToPc ? NONE : rm | baseHigh, NONE, 0);
    }
    int sib = next();
    int base = sib & 7;
    int index = sib >> 3 & 7 | (rex & 2) << 2;
    return operand(
        mod == 0 && base == 5 ? NONE : base | baseHigh, index == 4 ? NONE : index, sib >> 6);
  }
}
