package org.blindbook.auditor.trace.scenario;

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

  static Entries of(List<Key> keys, EntryKind kind) {
    return new Entries().and(keys, kind);
  }

  Entries and(List<Key> keys, EntryKind kind) {
    keys.forEach(key -> entries.add(new Entry(key, kind)));
    return this;
  }

  /**
   * The request of a size class as it travels; the rest stays empty.
   *
   * @param nonce names a retry nonce
   */
  byte[] request(int capacity, int nonce, byte[] token) {
    return request(capacity, 0, nonce, token);
  }

  /** As {@link #request(int, int, byte[])}, for keys of an epoch. */
  byte[] request(int capacity, int epoch, int nonce, byte[] token) {
    byte[] retryNonce = new byte[DiscoveryRequest.NONCE_BYTES];
    new SplittableRandom(nonce).nextBytes(retryNonce);
    DiscoveryRequestWriter request = new DiscoveryRequestWriter(capacity, epoch, retryNonce, token);
    for (int i = 0; i < entries.size(); i++) {
      Entry entry = entries.get(i);
      request.set(i, entry.key.hi(), entry.key.lo(), entry.kind);
    }
    return request.encoded();
  }
}
