package org.blindbook.server.enclavehost;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import org.blindbook.protocol.Sha256;
import org.blindbook.protocol.calls.CallError;
import org.blindbook.protocol.calls.CallException;
import org.blindbook.protocol.calls.CallWire;
import org.blindbook.protocol.lookup.LookupCalls;
import org.blindbook.protocol.lookup.LookupCalls.TableState;
import org.blindbook.protocol.lookup.Update;

/** A lookup enclave with a plain map for a table and a digest for a seal. */
public class ScriptedLookup extends ScriptedEnclave {
  private static final int CHUNK_BYTES = 500;

  public volatile CallError updateError;
  public final Map<ByteBuffer, ByteBuffer> table = new TreeMap<>();
  public volatile long sequence;
  public volatile int updates;

  /** What it was asked to make room for, in order. */
  public final List<Long> reserved = new CopyOnWriteArrayList<>();

  private long capacity = 1 << 20;
  private byte[] sealed = {};
  private byte[] restoring = {};

  @Override
  final CompletionStage<byte[]> callOfRole(int operation, byte[] payload) throws CallException {
    return switch (operation) {
      case LookupCalls.UPDATE -> update(Update.decode(payload)).thenApply(TableState::encode);
      case LookupCalls.SNAPSHOT -> snapshot((int) CallWire.decodeNumber(payload));
      case LookupCalls.RESTORE -> restore(payload).thenApply(TableState::encode);
      case LookupCalls.RESERVE ->
          reserve(CallWire.decodeNumber(payload)).thenApply(TableState::encode);
      default -> throw new CallException(CallError.BAD_CALL);
    };
  }

  private TableState state() {
    return new TableState(table.size(), capacity, sequence, 0);
  }

  protected synchronized CompletionStage<TableState> reserve(long total) {
    reserved.add(total);
    capacity = Math.max(capacity, total);
    return done(state());
  }

  protected synchronized CompletionStage<TableState> update(Update update) {
    if (updateError != null) {
      return refused(updateError);
    }
    apply(update);
    updates++;
    sealed = new byte[0];
    return done(state());
  }

  private void apply(Update update) {
    ByteBuffer entries = ByteBuffer.wrap(update.entries());
    while (entries.hasRemaining()) {
      ByteBuffer key = take(entries);
      ByteBuffer value = take(entries);
      if (value.equals(ByteBuffer.allocate(16))) {
        table.remove(key);
      } else {
        table.put(key, value);
      }
    }
    sequence = update.sequence();
  }

  private static ByteBuffer take(ByteBuffer entries) {
    byte[] half = new byte[Update.ENTRY_BYTES / 2];
    entries.get(half);
    return ByteBuffer.wrap(half);
  }

  protected synchronized CompletionStage<byte[]> snapshot(int chunk) {
    if (chunk == 0) {
      sealed = seal();
    } else if (sealed.length == 0) {
      return refused(CallError.SNAPSHOT_STALE);
    }
    int from = Math.min(chunk * CHUNK_BYTES, sealed.length);
    int to = Math.min(from + CHUNK_BYTES, sealed.length);
    return done(Arrays.copyOfRange(sealed, from, to));
  }

  private byte[] seal() {
    ByteBuffer plain = ByteBuffer.allocate(8 + table.size() * Update.ENTRY_BYTES);
    plain.putLong(sequence);
    table.forEach((key, value) -> plain.put(key.duplicate()).put(value.duplicate()));
    return ByteBuffer.allocate(plain.capacity() + Sha256.BYTES)
        .put(plain.array())
        .put(Sha256.of(plain.array()))
        .array();
  }

  protected synchronized CompletionStage<TableState> restore(byte[] chunk) {
    restoring =
        ByteBuffer.allocate(restoring.length + chunk.length).put(restoring).put(chunk).array();
    if (chunk.length > 0) {
      return done(state());
    }
    int length = Math.max(0, restoring.length - Sha256.BYTES);
    byte[] plain = Arrays.copyOf(restoring, length);
    byte[] digest = Arrays.copyOfRange(restoring, length, restoring.length);
    if (length < 8 || !Arrays.equals(digest, Sha256.of(plain))) {
      return refused(CallError.NOT_UNSEALABLE);
    }
    apply(new Update(ByteBuffer.wrap(plain).getLong(), Arrays.copyOfRange(plain, 8, length)));
    return done(state());
  }
}
