package org.blindbook.protocol.lookup;

import java.nio.ByteBuffer;
import java.util.concurrent.CompletionStage;
import org.blindbook.protocol.calls.CallError;
import org.blindbook.protocol.calls.CallWire;
import org.blindbook.protocol.calls.EnclaveCalls;

/** What the host can ask of a lookup enclave besides: its table's registrations and snapshots. */
public interface LookupCalls extends EnclaveCalls {
  int UPDATE = CallWire.FIRST_OF_ROLE;
  int SNAPSHOT = CallWire.FIRST_OF_ROLE + 1;
  int RESTORE = CallWire.FIRST_OF_ROLE + 2;
  int RESERVE = CallWire.FIRST_OF_ROLE + 3;

  /**
   * Applies registrations and deletions in order. When the stage completes they are visible to
   * every later lookup. An update without entries only asks how the table is.
   *
   * @leaks nothing of any query: the host supplies the registrations
   */
  CompletionStage<TableState> update(Update update);

  /**
   * One chunk of the sealed table, counted from 0; an empty array ends the sequence. An update
   * between two chunks of one snapshot fails the later one with {@link CallError#SNAPSHOT_STALE}.
   *
   * @leaks the number of registrations
   */
  CompletionStage<byte[]> snapshot(int chunk);

  /**
   * Takes the chunks of a snapshot in order, then an empty array, into an enclave that holds no
   * registration yet. Before the last chunk the sequence number is 0.
   */
  CompletionStage<TableState> restore(byte[] chunk);

  /**
   * Makes room for this many registrations in all, in an enclave that holds none yet, so that the
   * table does not grow again and again on its way there. {@link CallError#BAD_CALL} when it holds
   * some, {@link CallError#TABLE_FULL} when the memory is not there: the table is then as it was.
   *
   * @leaks the total and whether it fits: the host knows both
   */
  CompletionStage<TableState> reserve(long total);

  /**
   * How the table is. Public; depends on no query.
   *
   * @param registrations held
   * @param capacity registrations that the table takes before it grows
   * @param sequence the last update applied
   * @param passes over the table since start
   */
  record TableState(long registrations, long capacity, long sequence, long passes) {
    public static final int BYTES = 32;

    /** The four numbers, 8 bytes each. */
    public byte[] encode() {
      return ByteBuffer.allocate(BYTES)
          .putLong(registrations)
          .putLong(capacity)
          .putLong(sequence)
          .putLong(passes)
          .array();
    }
  }
}
