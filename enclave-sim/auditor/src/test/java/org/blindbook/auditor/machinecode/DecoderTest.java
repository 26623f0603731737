package org.blindbook.auditor.machinecode;

import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.HexFormat;
import org.blindbook.auditor.machinecode.MemoryAccess.Unseen;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Encodings as GNU as makes them; the text after the bytes is what a disassembler prints. */
class DecoderTest {
  private static final MemoryAccess.Masks NO_MASKS =
      k -> {
        throw new AssertionError("no mask is needed");
      };

  private static MemoryAccess decode(String hex) {
    return Decoder.decode(
        Arrays.copyOf(HexFormat.of().parseHex(hex.replace(" ", "")), Decoder.MAX_LENGTH));
  }

  @ParameterizedTest
  @CsvSource({
    "48 8b 44 cb 10,             3, 1, 3", // mov rax, [rbx + rcx * 8 + 0x10]
    "4b 8b 44 e5 10,            13, 12, 3", // mov rax, [r13 + r12 * 8 + 0x10]
    "49 8b 04 24,               12, -1, 0", // mov rax, [r12]
    "8b 04 8d 00 10 00 00,      -1, 1, 2", // mov eax, [rcx * 4 + 0x1000]
    "48 8b 05 10 00 00 00,      -1, -1, 0", // mov rax, [rip + 0x10]
    "f0 48 0f b1 0b,             3, -1, 0", // lock cmpxchg [rbx], rcx
    "49 0f 44 00,                8, -1, 0", // cmove rax, [r8]
    "c5 fe 6f 44 d6 20,          6, 2, 3", // vmovdqu ymm0, [rsi + rdx * 8 + 0x20]
    "c4 a2 7d 59 04 c6,          6, 8, 3", // vpbroadcastq ymm0, [rsi + r8 * 8]
    "c4 c1 7e 7f 01,             9, -1, 0", // vmovdqu [r9], ymm0
    "62 f1 fe 48 6f 44 d6 01,    6, 2, 3", // vmovdqu64 zmm0, [rsi + rdx * 8 + 0x40]
    "62 91 fe 48 6f 04 c8,       8, 9, 3", // vmovdqu64 zmm0, [r8 + r9 * 8]
    "62 f3 fd 48 1f 48 01 00,    0, -1, 0", // vpcmpeqq k1, zmm0, [rax + 0x40]
    "62 e1 fd 48 ef 00,          0, -1, 0" // vpxorq zmm16, zmm0, [rax]
  })
  void namesBaseIndexAndScale(String code, int base, int index, int shift) {
    MemoryAccess access = decode(code);

    assertThat(access.unseen()).isEqualTo(Unseen.NOTHING);
    assertThat(access.base()).isEqualTo(base);
    assertThat(access.index()).isEqualTo(index);
    assertThat(access.shift()).isEqualTo(shift);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "48 8d 44 cb 10", // lea rax, [rbx + rcx * 8 + 0x10]
        "48 01 d8", // add rax, rbx
        "0f 1f 44 00 00", // nop [rax + rax]
        "75 fe", // jne
        "0f 84 00 00 00 00", // je
        "c5 f8 77", // vzeroupper
        "62 f1 fd 48 ef c1", // vpxorq zmm0, zmm0, zmm1
        "c5 f8 92 c8", // kmovw k1, eax
        "48 0f a3 c8" // bt rax, rcx
      })
  void seesThatNothingIsTouched(String code) {
    assertThat(decode(code)).isEqualTo(MemoryAccess.NO_ACCESS);
  }

  @ParameterizedTest
  @CsvSource({
    "50,          4", // push rax
    "c3,          4", // ret
    "e8 00 00 00 00, 4", // call
    "f3 48 ab,    7" // rep stosq
  })
  void knowsImplicitAddresses(String code, int register) {
    assertThat(decode(code).implicit()).isEqualTo(register);
  }

  @ParameterizedTest
  @CsvSource({
    "62 f2 fd 49 91 04 ce, GATHER", // vpgatherqq zmm0{k1}, [rsi + zmm1 * 8]
    "c4 e2 ed 91 04 ce, GATHER", // vpgatherqq ymm0, [rsi + ymm1 * 8], ymm2
    "c4 e2 fd 8e 0e, MASKED", // vpmaskmovq [rsi], ymm0, ymm1
    "48 0f a3 0b, UNKNOWN", // bt [rbx], rcx
    "d6, UNKNOWN",
    "62 f9 fe 48 6f 06, UNKNOWN" // a reserved bit of EVEX
  })
  void admitsWhatItDoesNotSee(String code, Unseen why) {
    assertThat(decode(code).unseen()).isEqualTo(why);
  }

  @Test
  void recordsTheMaskOfAMaskedAccess() throws MachineCodeException {
    MemoryAccess store = decode("62 f1 fe 4b 7f 06"); // vmovdqu64 [rsi]{k3}, zmm0
    try (Arena arena = Arena.ofConfined()) {
      Registers registers = new Registers(arena.allocate(Registers.BYTES));

      assertThat(store.mask()).isEqualTo(3);
      assertThat(store.address(registers, k -> 0b1111))
          .isNotEqualTo(store.address(registers, k -> 0b0111));
    }
  }

  @Test
  void addsUpAnAddress() throws MachineCodeException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment memory = arena.allocate(Registers.BYTES);
      memory.setAtIndex(JAVA_LONG, 5, 0x1000); // rbx
      memory.setAtIndex(JAVA_LONG, 11, 7); // rcx
      memory.setAtIndex(JAVA_LONG, 21, 0x7000_0000L); // base of fs

      assertThat(decode("48 8b 44 cb 10").address(new Registers(memory), NO_MASKS))
          .isEqualTo(0x1038);
      assertThat(decode("64 48 8b 03").address(new Registers(memory), NO_MASKS))
          .isEqualTo(0x7000_1000L);
    }
  }

  @Test
  void recordsTheDividendOfADivision() throws MachineCodeException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment memory = arena.allocate(Registers.BYTES);
      Registers registers = new Registers(memory);
      MemoryAccess division = decode("48 f7 f9"); // idiv rcx
      long before = division.address(registers, NO_MASKS);
      memory.setAtIndex(JAVA_LONG, 10, 5); // rax

      assertThat(division.divides()).isTrue();
      assertThat(division.address(registers, NO_MASKS)).isNotEqualTo(before);
    }
  }
}
