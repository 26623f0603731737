package org.blindbook.protocol.calls;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Identifiers whose lookup keys are wanted, for loading. The host has them in clear.
 *
 * <p>Layout: {@code epoch u32}, {@code count u32}, then per identifier {@code length u16} and its
 * canonical form, UTF-8. Integers are big-endian.
 *
 * @param epoch of the evaluator's key
 * @param identifiers at most {@value #MAX}, each of at most {@value #MAX_IDENTIFIER_BYTES} bytes
 */
public record IdentifierBatch(int epoch, List<byte[]> identifiers) {
  /** As many take a core about 50 ms. */
  public static final int MAX = 512;

  public static final int MAX_IDENTIFIER_BYTES = 1024;

  private static final int HEADER_BYTES = 8;

  public IdentifierBatch {
    if (identifiers.size() > MAX
        || identifiers.stream().anyMatch(i -> i.length > MAX_IDENTIFIER_BYTES)) {
      throw new IllegalArgumentException("too many identifiers, or too long ones");
    }
    identifiers = List.copyOf(identifiers);
  }

  public byte[] encode() {
    int length = HEADER_BYTES;
    for (byte[] identifier : identifiers) {
      length += Short.BYTES + identifier.length;
    }
    ByteBuffer out = ByteBuffer.allocate(length).putInt(epoch).putInt(identifiers.size());
    for (byte[] identifier : identifiers) {
      out.putShort((short) identifier.length).put(identifier);
    }
    return out.array();
  }

  /**
   * @throws CallException {@link CallError#BAD_CALL} unless the bytes are exactly one batch
   */
  public static IdentifierBatch decode(byte[] bytes) throws CallException {
    ByteBuffer in = ByteBuffer.wrap(bytes);
    if (bytes.length < HEADER_BYTES) {
      throw new CallException(CallError.BAD_CALL);
    }
    int epoch = in.getInt();
    int count = in.getInt();
    if (count < 0 || count > MAX) {
      throw new CallException(CallError.BAD_CALL);
    }
    List<byte[]> identifiers = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      int length = in.remaining() < Short.BYTES ? -1 : in.getShort() & 0xFFFF;
      if (length < 0 || length > MAX_IDENTIFIER_BYTES || length > in.remaining()) {
        throw new CallException(CallError.BAD_CALL);
      }
      byte[] identifier = new byte[length];
      in.get(identifier);
      identifiers.add(identifier);
    }
    if (in.hasRemaining()) {
      throw new CallException(CallError.BAD_CALL);
    }
    return new IdentifierBatch(epoch, identifiers);
  }

  @Override
  public String toString() {
    return "IdentifierBatch[" + identifiers.size() + " hidden]";
  }
}
