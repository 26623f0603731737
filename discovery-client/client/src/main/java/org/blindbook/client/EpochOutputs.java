package org.blindbook.client;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.blindbook.edge.identifier.Identifier;
import org.blindbook.edge.identifier.LookupKey;
import org.jspecify.annotations.Nullable;

/**
 * What the client has of one evaluator's key.
 *
 * @param keys the lookup keys of this epoch, of the contacts that were evaluated
 * @param pending an evaluation whose outcome is unknown, to be repeated as it was; null when the
 *     last outcome is known
 */
record EpochOutputs(
    KeyEpoch epoch, SortedMap<ContactName, LookupKey> keys, @Nullable PendingEvaluation pending) {

  static EpochOutputs none(KeyEpoch epoch) {
    return new EpochOutputs(epoch, new TreeMap<>(), null);
  }

  EpochOutputs withPending(@Nullable PendingEvaluation newPending) {
    return new EpochOutputs(epoch, keys, newPending);
  }

  /** The pending evaluation was answered. */
  EpochOutputs with(Map<ContactName, LookupKey> evaluated) {
    SortedMap<ContactName, LookupKey> all = new TreeMap<>(keys);
    all.putAll(evaluated);
    return new EpochOutputs(epoch, all, null);
  }

  /** These contacts by their lookup keys, as far as they were evaluated. */
  Map<LookupKey, Identifier> byKey(Map<ContactName, Identifier> contacts) {
    Map<LookupKey, Identifier> byKey = new HashMap<>();
    contacts.forEach(
        (name, contact) -> {
          LookupKey key = keys.get(name);
          if (key != null) {
            byKey.put(key, contact);
          }
        });
    return byKey;
  }

  /** Without the outputs of other contacts. */
  EpochOutputs onlyOf(Set<ContactName> contacts) {
    if (contacts.containsAll(keys.keySet())) {
      return this;
    }
    SortedMap<ContactName, LookupKey> kept = new TreeMap<>(keys);
    kept.keySet().retainAll(contacts);
    return new EpochOutputs(epoch, kept, pending);
  }

  @Override
  public String toString() {
    return "EpochOutputs[redacted]";
  }
}
