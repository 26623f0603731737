package org.blindbook.protocol.calls;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import org.blindbook.protocol.calls.EnclaveCalls.Opened;
import org.blindbook.protocol.calls.EnclaveCalls.Received;
import org.blindbook.protocol.calls.EnclaveCalls.Stats;

/**
 * The enclave's half of {@link EnclaveCalls} as bytes: arguments are read, results written.
 * Integers are big-endian; a field is a 4-byte length and that many bytes. Reading throws {@link
 * CallException} with {@link CallError#BAD_CALL} on anything else.
 *
 * <p>Operation codes from {@value #FIRST_OF_ROLE} on belong to the calls of one role.
 */
public final class CallWire {
  public static final int OPEN = 1;
  public static final int RECEIVE = 2;
  public static final int CLOSE = 3;
  public static final int OFFER = 4;
  public static final int STATS = 5;

  public static final int FIRST_OF_ROLE = 16;

  /** Arguments of {@link EnclaveCalls#open}: two fields. */
  public record Open(byte[] account, byte[] clientNonce) {
    public static Open decode(byte[] bytes) throws CallException {
      return CallWire.decode(bytes, in -> new Open(field(in), field(in)));
    }
  }

  /** Arguments of {@link EnclaveCalls#receive}: 8 bytes and two fields. */
  public record Receive(long session, byte[] message, byte[] ledger) {
    public static Receive decode(byte[] bytes) throws CallException {
      return CallWire.decode(bytes, in -> new Receive(in.getLong(), field(in), field(in)));
    }
  }

  private CallWire() {}

  /** The session's number in 8 bytes, then the offer. */
  public static byte[] encode(Opened opened) {
    byte[] offer = opened.offer().encode();
    return ByteBuffer.allocate(8 + offer.length).putLong(opened.session()).put(offer).array();
  }

  /** The number of the {@link SessionEnd} in a byte, then two fields. */
  public static byte[] encode(Received received) {
    byte[] reply = received.reply();
    byte[] ledger = received.ledger();
    return ByteBuffer.allocate(9 + reply.length + ledger.length)
        .put((byte) received.close().wire())
        .putInt(reply.length)
        .put(reply)
        .putInt(ledger.length)
        .put(ledger)
        .array();
  }

  /** Four bytes, and 1 or 0. */
  public static byte[] encode(Stats stats) {
    return ByteBuffer.allocate(5)
        .putInt(stats.sessions())
        .put((byte) (stats.ready() ? 1 : 0))
        .array();
  }

  public static long decodeNumber(byte[] bytes) throws CallException {
    return decode(bytes, ByteBuffer::getLong);
  }

  private static byte[] field(ByteBuffer in) throws CallException {
    int length = in.getInt();
    if (length < 0 || length > in.remaining()) {
      throw new CallException(CallError.BAD_CALL);
    }
    byte[] field = new byte[length];
    in.get(field);
    return field;
  }

  private interface Decoder<T> {
    T decode(ByteBuffer in) throws CallException;
  }

  private static <T> T decode(byte[] bytes, Decoder<T> decoder) throws CallException {
    ByteBuffer in = ByteBuffer.wrap(bytes);
    try {
      T value = decoder.decode(in);
      if (in.hasRemaining()) {
        throw new CallException(CallError.BAD_CALL);
      }
      return value;
    } catch (BufferUnderflowException e) {
      throw new CallException(CallError.BAD_CALL);
    }
  }
}
