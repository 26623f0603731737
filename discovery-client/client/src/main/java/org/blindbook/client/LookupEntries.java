package org.blindbook.client;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import org.blindbook.protocol.identifier.Identifier;
import org.blindbook.protocol.identifier.LookupKey;
import org.blindbook.protocol.message.DiscoveryRequest;
import org.blindbook.protocol.message.EntryKind;
import org.blindbook.protocol.message.Results;
import org.blindbook.protocol.message.SizeClass;

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
   * @param token empty when there is none
   */
  DiscoveryRequest request(int epoch, byte[] retryNonce, byte[] token) {
    int capacity = SizeClass.holding(size()).orElseThrow();
    DiscoveryRequest request = DiscoveryRequest.create(capacity, epoch, retryNonce, token);
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
  Map<Identifier, UUID> matches(Map<LookupKey, Identifier> contacts, Results results) {
    Map<Identifier, UUID> matches = new HashMap<>();
    int i = 0;
    for (LookupKey key : kinds.keySet()) {
      Identifier contact = contacts.get(key);
      Optional<UUID> account = results.account(i++);
      if (contact != null && account.isPresent()) {
        matches.put(contact, account.get());
      }
    }
    Arrays.fill(results.encoded(), (byte) 0);
    return matches;
  }
}
