package org.blindbook.auditor.trace.scenario;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.blindbook.edge.message.DiscoveryRequestWriter;
import org.blindbook.protocol.lookup.DiscoveryRequest;
import org.blindbook.protocol.lookup.EntryKind;

/** The entries of a request under construction. */
final class Entries {
  private record Entry(Key key, EntryKind kind) {}

  private final List<Entry> entries = new ArrayList<>();
  private int device = 1;
  private int epoch;

  static Entries of(List<Key> keys, EntryKind kind) {
    return new Entries().and(keys, kind);
  }

  Entries and(List<Key> keys, EntryKind kind) {
    keys.forEach(key -> entries.add(new Entry(key, kind)));
    return this;
  }

  /** Who asks, by a number; 1 by default. */
  Entries fromDevice(int number) {
    device = number;
    return this;
  }

  /** Of which the keys are; none by default. */
  Entries ofEpoch(int number) {
    epoch = number;
    return this;
  }

  /**
   * The request of a size class as it travels; the rest stays empty.
   *
   * @param nonce names a retry nonce of the device
   */
  byte[] request(int capacity, int nonce, byte[] token) {
    byte[] retryNonce =
        ByteBuffer.allocate(DiscoveryRequest.NONCE_BYTES)
            .put(random(device))
            .put(random(1000 + nonce))
            .array();
    DiscoveryRequestWriter request = new DiscoveryRequestWriter(capacity, epoch, retryNonce, token);
    for (int i = 0; i < entries.size(); i++) {
      Entry entry = entries.get(i);
      request.set(i, entry.key.hi(), entry.key.lo(), entry.kind);
    }
    return request.encoded();
  }

  private static byte[] random(int number) {
    byte[] bytes = new byte[DiscoveryRequest.NONCE_BYTES / 2];
    new SplittableRandom(number).nextBytes(bytes);
    return bytes;
  }
}
