package org.blindbook.server.e2e;

import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * What may be registered, by what was acknowledged: one set of registrations, and twice as many
 * after each change whose writer was killed before it said whether it is there. A change is there
 * whole or not at all. Registrations are {@link Numbers} and the numbers of their accounts.
 */
final class PossibleSets {
  /** More than kills between two looks can make. */
  private static final int LIMIT = 1 << 12;

  private Set<SortedMap<Integer, Integer>> sets = new LinkedHashSet<>(Set.of(new TreeMap<>()));

  /** The change is there. */
  synchronized void acknowledged(Consumer<SortedMap<Integer, Integer>> change) {
    sets = changed(change);
  }

  /** The change is there, or it is not. */
  synchronized void unanswered(Consumer<SortedMap<Integer, Integer>> change) {
    sets.addAll(changed(change));
    if (sets.size() > LIMIT) {
      throw new AssertionError("nobody has looked for too long");
    }
  }

  private Set<SortedMap<Integer, Integer>> changed(Consumer<SortedMap<Integer, Integer>> change) {
    Set<SortedMap<Integer, Integer>> changed = new LinkedHashSet<>();
    for (SortedMap<Integer, Integer> set : sets) {
      SortedMap<Integer, Integer> copy = new TreeMap<>(set);
      change.accept(copy);
      changed.add(copy);
    }
    return changed;
  }

  /** One of them. */
  synchronized SortedMap<Integer, Integer> any() {
    return new TreeMap<>(sets.iterator().next());
  }

  /** Whether this is one of them; then it is what is registered. */
  synchronized boolean found(Map<Integer, Integer> set) {
    boolean possible = sets.contains(set);
    if (possible) {
      sets = new LinkedHashSet<>(Set.of(new TreeMap<>(set)));
    }
    return possible;
  }

  synchronized int size() {
    return sets.size();
  }
}
