package org.blindbook.protocol.calls;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import org.blindbook.protocol.calls.EnclaveCalls.Opened;
import org.blindbook.protocol.calls.EnclaveCalls.Received;
import org.blindbook.protocol.calls.EnclaveCalls.Stats;
import org.blindbook.protocol.message.MalformedMessageException;
import org.blindbook.protocol.message.Offer;

/**
 * Arguments and results of {@link EnclaveCalls} as bytes. Integers are big-endian; a field is a
 * 4-byte length and that many bytes. Decoding throws {@link CallException} with {@link
 * CallError#BAD_CALL} on anything else.
 */
public final class CallWire {
  /** Operation codes; also the order of {@link EnclaveCalls}. */
  public static final int OPEN = 1;

  public static final int RECEIVE = 2;
  public static final int CLOSE = 3;
  public static final int UPDATE = 4;
  public static final int OFFER = 5;
  public static final int SNAPSHOT = 6;
  public static final int RESTORE = 7;
  public static final int STATS = 8;
  public static final int EVALUATOR_KEY = 9;
  public static final int EVALUATE = 10;
  public static final int EVALUATE_BLINDED = 11;

  /** Arguments of {@link EnclaveCalls#open}. */
  public record Open(byte[] account, byte[] clientNonce) {}

  /** Arguments of {@link EnclaveCalls#receive}. */
  public record Receive(long session, byte[] message, byte[] ledger) {}

  private CallWire() {}

  public static byte[] encode(Open open) {
    return fields(open.account, open.clientNonce).array();
  }

  public static Open decodeOpen(byte[] bytes) throws CallException {
    return decode(bytes, in -> new Open(field(in), field(in)));
  }

  public static byte[] encode(Opened opened) {
    byte[] offer = opened.offer().encode();
    return ByteBuffer.allocate(8 + offer.length).putLong(opened.session()).put(offer).array();
  }

  public static Opened decodeOpened(byte[] bytes) throws CallException {
    return decode(bytes, in -> new Opened(in.getLong(), Offer.decode(rest(in))));
  }

  public static byte[] encode(Receive receive) {
    return ByteBuffer.allocate(16 + receive.message.length + receive.ledger.length)
        .putLong(receive.session)
        .put(fields(receive.message, receive.ledger).flip())
        .array();
  }

  public static Receive decodeReceive(byte[] bytes) throws CallException {
    return decode(bytes, in -> new Receive(in.getLong(), field(in), field(in)));
  }

  public static byte[] encode(Received received) {
    return ByteBuffer.allocate(9 + received.reply().length + received.ledger().length)
        .put((byte) received.close().ordinal())
        .put(fields(received.reply(), received.ledger()).flip())
        .array();
  }

  public static Received decodeReceived(byte[] bytes) throws CallException {
    return decode(
        bytes,
        in -> {
          int close = in.get();
          SessionEnd[] ends = SessionEnd.values();
          if (close < 0 || close >= ends.length) {
            throw new CallException(CallError.BAD_CALL);
          }
          return new Received(field(in), field(in), ends[close]);
        });
  }

  public static byte[] encodeNumber(long number) {
    return ByteBuffer.allocate(8).putLong(number).array();
  }

  public static long decodeNumber(byte[] bytes) throws CallException {
    return decode(bytes, ByteBuffer::getLong);
  }

  public static byte[] encode(Stats stats) {
    return ByteBuffer.allocate(37)
        .putLong(stats.records())
        .putLong(stats.capacity())
        .putLong(stats.sequence())
        .putInt(stats.sessions())
        .putLong(stats.batches())
        .put((byte) (stats.ready() ? 1 : 0))
        .array();
  }

  public static Stats decodeStats(byte[] bytes) throws CallException {
    return decode(
        bytes,
        in ->
            new Stats(
                in.getLong(),
                in.getLong(),
                in.getLong(),
                in.getInt(),
                in.getLong(),
                in.get() != 0));
  }

  private static ByteBuffer fields(byte[] first, byte[] second) {
    return ByteBuffer.allocate(8 + first.length + second.length)
        .putInt(first.length)
        .put(first)
        .putInt(second.length)
        .put(second);
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

  private static byte[] rest(ByteBuffer in) {
    byte[] rest = new byte[in.remaining()];
    in.get(rest);
    return rest;
  }

  private interface Decoder<T> {
    T decode(ByteBuffer in) throws CallException, MalformedMessageException;
  }

  private static <T> T decode(byte[] bytes, Decoder<T> decoder) throws CallException {
    ByteBuffer in = ByteBuffer.wrap(bytes);
    try {
      T value = decoder.decode(in);
      if (in.hasRemaining()) {
        throw new CallException(CallError.BAD_CALL);
      }
      return value;
    } catch (BufferUnderflowException | MalformedMessageException e) {
      throw new CallException(CallError.BAD_CALL);
    }
  }
}
