package org.blindbook.loadtest.population;

import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.blindbook.edge.identifier.Identifier;
import org.blindbook.edge.identifier.IdentifierException;
import org.blindbook.edge.identifier.LookupKey;

/** Lookup keys of many people, computed before the run so that it has nothing to hash. */
final class KeyTable {
  private final long[] keys;

  private KeyTable(long[] keys) {
    this.keys = keys;
  }

  /** Keys of mode truncated, computed on all cores. */
  static KeyTable truncated(int people, IntFunction<String> number) {
    long[] keys = new long[2 * people];
    IntStream.range(0, people)
        .parallel()
        .forEach(
            i -> {
              LookupKey key = LookupKey.truncated(identifier(number.apply(i)));
              keys[2 * i] = key.hi();
              keys[2 * i + 1] = key.lo();
            });
    return new KeyTable(keys);
  }

  private static Identifier identifier(String number) {
    try {
      return Identifier.parse(number);
    } catch (IdentifierException e) {
      throw new IllegalStateException("made-up numbers are in international form", e);
    }
  }

  int people() {
    return keys.length / 2;
  }

  long hi(int i) {
    return keys[2 * i];
  }

  long lo(int i) {
    return keys[2 * i + 1];
  }
}
