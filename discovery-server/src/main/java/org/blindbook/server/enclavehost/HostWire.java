package org.blindbook.server.enclavehost;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;
import org.blindbook.edge.message.ReceivedOffer;
import org.blindbook.protocol.calls.CallError;
import org.blindbook.protocol.calls.CallWire;
import org.blindbook.protocol.calls.EnclaveCalls.Received;
import org.blindbook.protocol.calls.EnclaveCalls.Stats;
import org.blindbook.protocol.calls.SessionEnd;
import org.blindbook.protocol.lookup.LookupCalls.TableState;
import org.blindbook.protocol.lookup.Update;
import org.blindbook.protocol.message.MalformedMessageException;
import org.blindbook.server.enclavehost.EnclaveConnection.Opened;

/**
 * The host's half of {@link CallWire}: arguments are written, results are read. Reading throws
 * {@link MalformedMessageException} on anything that is no such result.
 */
final class HostWire {
  private HostWire() {}

  static byte[] openArguments(byte[] account, byte[] clientNonce) {
    return putField(
            putField(ByteBuffer.allocate(8 + account.length + clientNonce.length), account),
            clientNonce)
        .array();
  }

  static byte[] receiveArguments(long session, byte[] message, byte[] ledger) {
    ByteBuffer out = ByteBuffer.allocate(16 + message.length + ledger.length).putLong(session);
    return putField(putField(out, message), ledger).array();
  }

  static byte[] number(long number) {
    return ByteBuffer.allocate(Long.BYTES).putLong(number).array();
  }

  static byte[] updateArguments(Update update) {
    byte[] entries = update.entries();
    return ByteBuffer.allocate(Update.HEADER_BYTES + entries.length)
        .putLong(update.sequence())
        .putInt(update.count())
        .put(entries)
        .array();
  }

  private static ByteBuffer putField(ByteBuffer out, byte[] field) {
    return out.putInt(field.length).put(field);
  }

  static Opened opened(byte[] bytes) throws MalformedMessageException {
    return read(
        bytes,
        in -> {
          long session = in.getLong();
          byte[] offer = new byte[in.remaining()];
          in.get(offer);
          return new Opened(session, ReceivedOffer.decode(offer));
        });
  }

  static Received received(byte[] bytes) throws MalformedMessageException {
    return read(
        bytes,
        in -> {
          SessionEnd close = sessionEnd(in.get());
          return new Received(field(in), field(in), close);
        });
  }

  static Stats stats(byte[] bytes) throws MalformedMessageException {
    return read(bytes, in -> new Stats(in.getInt(), flag(in.get())));
  }

  static TableState tableState(byte[] bytes) throws MalformedMessageException {
    return read(
        bytes, in -> new TableState(in.getLong(), in.getLong(), in.getLong(), in.getLong()));
  }

  static byte[] bytes(byte[] bytes) {
    return bytes;
  }

  static Void nothing(byte[] bytes) throws MalformedMessageException {
    if (bytes.length > 0) {
      throw new MalformedMessageException("an answer without content has some");
    }
    return null;
  }

  /** The refusal that a number stands for; empty for a number of another version. */
  static Optional<CallError> refusal(int wire) {
    return Arrays.stream(CallError.values()).filter(error -> error.wire() == wire).findFirst();
  }

  private static SessionEnd sessionEnd(int wire) throws MalformedMessageException {
    return Arrays.stream(SessionEnd.values())
        .filter(end -> end.wire() == wire)
        .findFirst()
        .orElseThrow(() -> new MalformedMessageException("unknown end of a session"));
  }

  private static boolean flag(byte value) throws MalformedMessageException {
    if (value != 0 && value != 1) {
      throw new MalformedMessageException("a flag is 0 or 1");
    }
    return value == 1;
  }

  private static byte[] field(ByteBuffer in) throws MalformedMessageException {
    int length = in.getInt();
    if (length < 0 || length > in.remaining()) {
      throw new MalformedMessageException("a field is cut off");
    }
    byte[] field = new byte[length];
    in.get(field);
    return field;
  }

  private interface Reader<T> {
    T read(ByteBuffer in) throws MalformedMessageException;
  }

  private static <T> T read(byte[] bytes, Reader<T> reader) throws MalformedMessageException {
    ByteBuffer in = ByteBuffer.wrap(bytes);
    try {
      T value = reader.read(in);
      if (in.hasRemaining()) {
        throw new MalformedMessageException("an answer has more than it should");
      }
      return value;
    } catch (BufferUnderflowException e) {
      throw new MalformedMessageException("an answer is cut off");
    }
  }
}
