package org.blindbook.auditor.trace.scenario;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.blindbook.protocol.lookup.Update;

/** A contact's lookup key. */
record Key(long hi, long lo) {
  static final Key ZERO = new Key(0, 0);
  static final Key ALL_ONES = new Key(-1, -1);

  /** Keys as random as real ones. Groups with different seeds have no key in common. */
  static List<Key> random(long seed, int count) {
    SplittableRandom random = new SplittableRandom(seed);
    return IntStream.range(0, count)
        .mapToObj(i -> new Key(random.nextLong(), random.nextLong()))
        .toList();
  }

  /** Keys that differ in their last bits only. */
  static List<Key> withOnePrefix(long prefix, int count) {
    return LongStream.range(0, count).mapToObj(i -> new Key(prefix, i)).toList();
  }

  /** Registers each key under an account made from it. */
  static byte[] registrations(List<Key> keys) {
    ByteBuffer entries = ByteBuffer.allocate(keys.size() * Update.ENTRY_BYTES);
    keys.forEach(k -> entries.putLong(k.hi).putLong(k.lo).putLong(k.hi | 1).putLong(k.lo));
    return entries.array();
  }

  /** Changes of one update, one group after the other. */
  static byte[] joined(byte[]... groups) {
    ByteBuffer entries =
        ByteBuffer.allocate(Arrays.stream(groups).mapToInt(group -> group.length).sum());
    Arrays.stream(groups).forEach(entries::put);
    return entries.array();
  }

  /** Takes the registration of each key away. */
  static byte[] deletions(List<Key> keys) {
    ByteBuffer entries = ByteBuffer.allocate(keys.size() * Update.ENTRY_BYTES);
    keys.forEach(k -> entries.putLong(k.hi).putLong(k.lo).putLong(0).putLong(0));
    return entries.array();
  }
}
