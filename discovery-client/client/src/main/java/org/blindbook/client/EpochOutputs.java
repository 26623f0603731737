package org.blindbook.client;

import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.blindbook.protocol.identifier.LookupKey;
import org.jspecify.annotations.Nullable;

/**
 * What the client has of one evaluator's key.
 *
 * @param keys the lookup keys of evaluated contacts. A contact is named by its key of truncated
 *     mode, which is shorter than it and never leaves this machine.
 * @param pending an evaluation whose outcome is unknown, to be repeated as it was; null when the
 *     last outcome is known
 */
record EpochOutputs(
    KeyEpoch epoch, SortedMap<LookupKey, LookupKey> keys, @Nullable PendingEvaluation pending) {

  static EpochOutputs none(KeyEpoch epoch) {
    return new EpochOutputs(epoch, new TreeMap<>(ClientState.KEY_ORDER), null);
  }

  EpochOutputs withPending(@Nullable PendingEvaluation newPending) {
    return new EpochOutputs(epoch, keys, newPending);
  }

  /** The pending evaluation was answered. */
  EpochOutputs with(Map<LookupKey, LookupKey> evaluated) {
    SortedMap<LookupKey, LookupKey> all = new TreeMap<>(keys);
    all.putAll(evaluated);
    return new EpochOutputs(epoch, all, null);
  }

  /** Without the outputs of other contacts. */
  EpochOutputs onlyOf(Set<LookupKey> contacts) {
    if (contacts.containsAll(keys.keySet())) {
      return this;
    }
    SortedMap<LookupKey, LookupKey> kept = new TreeMap<>(keys);
    kept.keySet().retainAll(contacts);
    return new EpochOutputs(epoch, kept, pending);
  }

  @Override
  public String toString() {
    return "EpochOutputs[redacted]";
  }
}
