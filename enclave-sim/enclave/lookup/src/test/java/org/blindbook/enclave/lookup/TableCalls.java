package org.blindbook.enclave.lookup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.blindbook.enclave.calls.ModelledEnclave.answered;
import static org.blindbook.enclave.calls.ModelledEnclave.number;
import static org.blindbook.enclave.calls.ModelledEnclave.refused;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.CompletionStage;
import org.blindbook.edge.message.DiscoveryRequestWriter;
import org.blindbook.enclave.calls.ModelledEnclave;
import org.blindbook.enclave.fuzz.Damage;
import org.blindbook.enclave.fuzz.Role;
import org.blindbook.protocol.calls.CallError;
import org.blindbook.protocol.calls.SessionEnd;
import org.blindbook.protocol.lookup.DiscoveryRequest;
import org.blindbook.protocol.lookup.EntryKind;
import org.blindbook.protocol.lookup.LookupCalls;
import org.blindbook.protocol.lookup.Update;
import org.blindbook.protocol.message.MalformedMessageException;
import org.jspecify.annotations.Nullable;

/**
 * The lookup enclave's own calls in any order, and a model of its table: which keys it holds, of
 * which state the snapshot is that is being written, and how far the one is that is being read.
 */
final class TableCalls implements Role {
  private static final byte[] NONE = {};
  private static final int KEYS = 8;
  private static final int NONCE_BYTES = 32;
  private static final long MOST_OF_ANY_TABLE = 1L << 32;

  /** Of the smallest table: the sequence, the header, the slots. */
  private static final int CHUNKS = 3;

  /** A table, which has changed so often. */
  private static final class Table {
    final Map<Long, Long> records;
    long changes;

    Table(Map<Long, Long> records) {
      this.records = records;
    }
  }

  /** The table as it was when its first chunk was asked for. */
  private record Snapshot(Table table, long changes, Map<Long, Long> records, long sequence) {
    boolean isCurrent() {
      return table.changes == changes;
    }
  }

  /** A sealed chunk; of no snapshot when it is damaged. */
  private record Chunk(byte[] bytes, @Nullable Snapshot snapshot, int number) {}

  private Table table = new Table(new TreeMap<>());
  private long sequence;
  private @Nullable Snapshot writing;
  private @Nullable Snapshot reading;
  private int chunksRead;
  private final List<Chunk> chunks = new ArrayList<>();

  @Override
  public byte[] request(SplittableRandom random) {
    byte[] nonce = new byte[NONCE_BYTES];
    random.nextBytes(nonce);
    int capacity = 64 << random.nextInt(2);
    DiscoveryRequestWriter request = new DiscoveryRequestWriter(capacity, 0, nonce, NONE);
    for (int i = random.nextInt(5); i > 0; i--) {
      EntryKind kind = EntryKind.values()[random.nextInt(EntryKind.values().length)];
      request.set(random.nextInt(capacity), random.nextInt(KEYS), 0, kind);
    }
    return request.encoded();
  }

  @Override
  public SessionEnd endOf(byte[] request) {
    try {
      int epoch = DiscoveryRequest.decode(request).epoch();
      return epoch == 0 ? SessionEnd.OPEN : SessionEnd.WRONG_EPOCH;
    } catch (MalformedMessageException e) {
      return SessionEnd.BAD_REQUEST;
    }
  }

  @Override
  public void call(ModelledEnclave enclave, SplittableRandom random) {
    int kind = random.nextInt(8);
    if (kind < 1) {
      update(enclave, random);
    } else if (kind < 2) {
      malformed(enclave, random);
      reserve(enclave, random);
    } else {
      // Most of what can go wrong needs several chunks.
      for (int calls = random.nextInt(8); calls >= 0; calls--) {
        if (random.nextInt(8) < kind) {
          snapshot(enclave, random);
        } else {
          restore(enclave, random);
        }
      }
    }
  }

  private void update(ModelledEnclave enclave, SplittableRandom random) {
    int count = random.nextInt(4);
    ByteBuffer entries = ByteBuffer.allocate(count * Update.ENTRY_BYTES);
    Map<Long, Long> after = new TreeMap<>(table.records);
    for (int i = 0; i < count; i++) {
      long key = random.nextInt(KEYS);
      long account = random.nextInt(3);
      entries.putLong(key).putLong(0).putLong(account).putLong(0);
      if (account == 0) {
        after.remove(key);
      } else {
        after.put(key, account);
      }
    }
    apply(enclave, random.nextLong(), entries.array(), after);
  }

  private void apply(
      ModelledEnclave enclave, long newSequence, byte[] entries, Map<Long, Long> after) {
    if (entries.length > 0) {
      table.records.clear();
      table.records.putAll(after);
      table.changes++;
      sequence = newSequence;
    }
    CompletionStage<byte[]> call =
        enclave.begin(
            LookupCalls.UPDATE,
            ByteBuffer.allocate(Update.HEADER_BYTES + entries.length)
                .putLong(newSequence)
                .putInt(entries.length / Update.ENTRY_BYTES)
                .put(entries)
                .array());
    enclave.work();
    assertIsModelled(call);
  }

  private void assertIsModelled(CompletionStage<byte[]> call) {
    ByteBuffer state = ByteBuffer.wrap(answered(call));
    assertThat(state.getLong()).as("registrations").isEqualTo(table.records.size());
    state.getLong();
    assertThat(state.getLong()).as("sequence").isEqualTo(sequence);
  }

  private void snapshot(ModelledEnclave enclave, SplittableRandom random) {
    long number = random.nextInt(8) == 0 ? random.nextLong() : random.nextInt(CHUNKS + 2);
    CompletionStage<byte[]> call = enclave.begin(LookupCalls.SNAPSHOT, number(number));
    enclave.work();
    if (number < 0) {
      refused(call, CallError.BAD_CALL);
      return;
    }
    if (number == 0) {
      writing = new Snapshot(table, table.changes, new TreeMap<>(table.records), sequence);
    }
    if (writing == null || !writing.isCurrent()) {
      writing = null;
      refused(call, CallError.SNAPSHOT_STALE);
      return;
    }
    byte[] chunk = answered(call);
    assertThat(chunk.length > 0).as("there is a chunk").isEqualTo(number < CHUNKS);
    if (chunk.length == 0) {
      writing = null;
    } else {
      chunks.add(new Chunk(chunk, writing, (int) number));
    }
  }

  private void restore(ModelledEnclave enclave, SplittableRandom random) {
    Chunk chunk = chunk(random);
    CompletionStage<byte[]> call = enclave.begin(LookupCalls.RESTORE, chunk.bytes);
    enclave.work();
    if (!table.records.isEmpty()) {
      refused(call, CallError.BAD_CALL);
      return;
    }
    Snapshot snapshot = reading;
    reading = null;
    if (chunk.bytes.length == 0 && snapshot != null && chunksRead == CHUNKS) {
      table = new Table(new TreeMap<>(snapshot.records));
      sequence = snapshot.sequence;
      assertIsModelled(call);
    } else if (chunk.snapshot != null
        && chunk.number == (snapshot == null ? 0 : chunksRead)
        && (snapshot == null || snapshot == chunk.snapshot)) {
      reading = chunk.snapshot;
      chunksRead = chunk.number + 1;
      assertIsModelled(call);
    } else {
      refused(call, CallError.NOT_UNSEALABLE);
    }
  }

  /** Often the next one of the snapshot that is being read. */
  private Chunk chunk(SplittableRandom random) {
    int kind = random.nextInt(8);
    if (chunks.isEmpty() || kind == 0) {
      return new Chunk(NONE, null, -1);
    }
    Chunk any = chunks.get(random.nextInt(chunks.size()));
    return kind == 1 ? new Chunk(Damage.to(any.bytes, random), null, -1) : any;
  }

  /** Room for no more than there is: the model knows one size. */
  private void reserve(ModelledEnclave enclave, SplittableRandom random) {
    long total =
        switch (random.nextInt(3)) {
          case 0 -> random.nextInt(1 << 10);
          case 1 -> random.nextLong(Long.MIN_VALUE, 0);
          default -> random.nextLong(MOST_OF_ANY_TABLE + 1, Long.MAX_VALUE);
        };
    CompletionStage<byte[]> call = enclave.begin(LookupCalls.RESERVE, number(total));
    enclave.work();
    if (!table.records.isEmpty()) {
      refused(call, CallError.BAD_CALL);
    } else if (total > MOST_OF_ANY_TABLE) {
      refused(call, CallError.TABLE_FULL);
    } else {
      assertIsModelled(call);
    }
  }

  private static void malformed(ModelledEnclave enclave, SplittableRandom random) {
    byte[] update = new byte[Update.HEADER_BYTES + 2 * Update.ENTRY_BYTES];
    ByteBuffer.wrap(update).putInt(Long.BYTES, 1 + 2 * random.nextInt(1 << 20));
    refused(enclave.begin(LookupCalls.UPDATE, update), CallError.BAD_CALL);
    byte[] number = new byte[random.nextInt(Long.BYTES)];
    refused(enclave.begin(LookupCalls.SNAPSHOT, number), CallError.BAD_CALL);
    refused(enclave.begin(LookupCalls.RESERVE, number), CallError.BAD_CALL);
  }

  /** An empty table, and no snapshot half written or half read. */
  @Override
  public void leave(ModelledEnclave enclave) {
    if (!table.records.isEmpty()) {
      ByteBuffer deletions = ByteBuffer.allocate(KEYS * Update.ENTRY_BYTES);
      for (long key = 0; key < KEYS; key++) {
        deletions.putLong(key).putLong(0).putLong(0).putLong(0);
      }
      apply(enclave, 0, deletions.array(), Map.of());
    }
    if (reading != null) {
      CompletionStage<byte[]> call = enclave.begin(LookupCalls.RESTORE, new byte[1]);
      enclave.work();
      refused(call, CallError.NOT_UNSEALABLE);
      reading = null;
    }
    if (writing != null) {
      CompletionStage<byte[]> call = enclave.begin(LookupCalls.SNAPSHOT, number(CHUNKS));
      enclave.work();
      if (writing.isCurrent()) {
        assertThat(answered(call)).isEmpty();
      } else {
        refused(call, CallError.SNAPSHOT_STALE);
      }
      writing = null;
    }
    chunks.clear();
  }
}
