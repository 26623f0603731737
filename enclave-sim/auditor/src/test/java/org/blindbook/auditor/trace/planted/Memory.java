package org.blindbook.auditor.trace.planted;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;

/** Leaks by which memory is touched. */
final class Memory {
  private static final long[] TABLE = new long[64];
  private static final byte[] BOX = new byte[256];

  private Memory() {}

  @Leaks(by = "array read")
  static long load(long secret) {
    return TABLE[(int) secret & 63]; // leak
  }

  /** Believed is the call, and not what is done with its result. */
  @Leaks(by = "array read")
  static long afterABelievedCall(long secret) {
    long result = Believed.vartime(secret);
    return TABLE[(int) result & 63]; // leak
  }

  @Leaks(by = "array write")
  static void store(long secret) {
    TABLE[(int) secret & 63] = 1; // leak
  }

  @Leaks(by = "array read")
  static int lookupByByte(long secret) {
    return BOX[(int) secret & 0xFF] ^ 0x63; // leak
  }

  @Leaks(by = "array allocated")
  static int allocation(long secret) {
    return new byte[(int) secret].length; // leak
  }

  @Leaks(by = "array allocated")
  static int nestedAllocation(long secret) {
    return new long[2][(int) secret].length; // leak
  }

  @Leaks(by = "argument 2 of a call")
  static long copyFromSecretOffset(long secret) {
    long[] copy = new long[4];
    System.arraycopy(TABLE, (int) secret, copy, 0, 4); // leak
    return copy[0];
  }

  @Leaks(by = "argument 5 of a call")
  static long copyOfSecretLength(long secret) {
    long[] copy = new long[64];
    System.arraycopy(TABLE, 0, copy, 0, (int) secret); // leak
    return copy[0];
  }

  @Leaks(by = "argument 2 of a call")
  static int rangeOfBytes(long secret) {
    return Arrays.copyOfRange(BOX, (int) secret, 200)[0]; // leak
  }

  @Leaks(by = "argument 1 of a call")
  static long bufferIndex(long secret) {
    return ByteBuffer.wrap(BOX).getLong((int) secret); // leak
  }

  @Leaks(by = "argument 1 of a call")
  static long bufferPosition(long secret) {
    ByteBuffer buffer = ByteBuffer.wrap(BOX);
    buffer.position((int) secret); // leak
    return buffer.getLong();
  }

  @Leaks(by = "argument 1 of a call")
  static byte listElement(long secret) {
    List<byte[]> arrays = List.of(BOX, new byte[1]);
    return arrays.get((int) secret & 1)[0]; // leak
  }

  @Leaks(by = "argument 2 of a call")
  static long segment(long secret) {
    MemorySegment segment = MemorySegment.ofArray(TABLE);
    return segment.get(ValueLayout.JAVA_LONG_UNALIGNED, secret & 31); // leak
  }

  @Leaks(by = "argument 1 of a call")
  static long slice(long secret) {
    MemorySegment segment = MemorySegment.ofArray(TABLE);
    return segment.asSlice(secret & 31, 64).byteSize(); // leak
  }
}
