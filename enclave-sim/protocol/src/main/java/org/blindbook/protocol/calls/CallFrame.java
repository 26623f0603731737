package org.blindbook.protocol.calls;

import java.io.DataInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * One frame on the socket between host and enclave.
 *
 * <pre>
 *   0  4  length of what follows
 *   4  8  call number, chosen by the host and repeated in the answer
 *  12  1  operation of a call; of an answer {@value #OK}, or the number of a {@link CallError}
 *  13     payload, see {@link CallWire}
 * </pre>
 */
public record CallFrame(long call, int kind, byte[] payload) {
  /** An answer that is no refusal. */
  public static final int OK = 0;

  /** Room for the largest client message and the largest update, with a margin. */
  public static final int MAX_PAYLOAD = 2 << 20;

  private static final int HEADER_BYTES = 9;

  /** A frame as bytes, length included. */
  public ByteBuffer encode() {
    return ByteBuffer.allocate(4 + HEADER_BYTES + payload.length)
        .putInt(HEADER_BYTES + payload.length)
        .putLong(call)
        .put((byte) kind)
        .put(payload)
        .flip();
  }

  /**
   * @throws java.io.EOFException at the end of the stream
   * @throws IOException when the length is impossible
   */
  public static CallFrame read(DataInputStream in) throws IOException {
    int length = in.readInt();
    if (length < HEADER_BYTES || length > HEADER_BYTES + MAX_PAYLOAD) {
      throw new IOException("a call frame has an impossible length");
    }
    long call = in.readLong();
    int kind = in.readUnsignedByte();
    byte[] payload = new byte[length - HEADER_BYTES];
    in.readFully(payload);
    return new CallFrame(call, kind, payload);
  }
}
