package org.blindbook.client;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import org.blindbook.edge.identifier.Identifier;
import org.blindbook.edge.identifier.LookupKey;
import org.blindbook.edge.message.DiscoveryRequestWriter;
import org.blindbook.edge.message.ReceivedResults;
import org.blindbook.edge.message.SizeClasses;
import org.blindbook.protocol.lookup.EntryKind;

/** The entries of one lookup, in the order of their keys, which tells nothing of the book's. */
final class LookupEntries {
  private final SortedMap<LookupKey, EntryKind> kinds = new TreeMap<>(ClientState.KEY_ORDER);

  void add(Iterable<LookupKey> keys, EntryKind kind) {
    keys.forEach(key -> kinds.put(key, kind));
  }

  int size() {
    return kinds.size();
  }

  /**
   * @param room entries that the request has room for at least
   * @param token empty when there is none
   */
  DiscoveryRequestWriter request(int room, int epoch, byte[] retryNonce, byte[] token) {
    int capacity = SizeClasses.holding(Math.max(room, size())).orElseThrow();
    DiscoveryRequestWriter request = new DiscoveryRequestWriter(capacity, epoch, retryNonce, token);
    int i = 0;
    for (Map.Entry<LookupKey, EntryKind> entry : kinds.entrySet()) {
      request.set(i++, entry.getKey().hi(), entry.getKey().lo(), entry.getValue());
    }
    return request;
  }

  /**
   * The registered contacts. The results are wiped.
   *
   * @param contacts by their keys; entries of other keys are passed over
   */
  Map<Identifier, UUID> matches(Map<LookupKey, Identifier> contacts, ReceivedResults results) {
    Map<Identifier, UUID> matches = new HashMap<>();
    int i = 0;
    for (LookupKey key : kinds.keySet()) {
      Identifier contact = contacts.get(key);
      Optional<UUID> account = results.account(i++);
      if (contact != null && account.isPresent()) {
        matches.put(contact, account.get());
      }
    }
    results.wipe();
    return matches;
  }
}
