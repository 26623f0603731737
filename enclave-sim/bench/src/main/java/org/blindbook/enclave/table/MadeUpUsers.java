package org.blindbook.enclave.table;

import java.util.SplittableRandom;

/**
 * Registered users who do not exist: user i's keys and values follow from i, so that every answer
 * can be checked and nothing need be kept.
 *
 * @param count registered users, numbered from 0
 */
record MadeUpUsers(long count) {

  /** Registers users from number {@code first} on, from 0 again after the last. */
  void register(UpdateBatch update, long first) {
    for (int i = 0; i < update.size; i++) {
      long user = (first + i) % count;
      update.keyHi[i] = mix(user);
      update.keyLo[i] = mix(~user);
      update.valueHi[i] = user + 1;
      update.valueLo[i] = ~user;
    }
  }

  /** Queries of which half hit and one in sixteen repeats another; notes who was asked for. */
  void ask(LookupBatch batch, long[] asked, SplittableRandom random) {
    for (int i = 0; i < batch.size; i++) {
      boolean again = i > 0 && random.nextInt(16) == 0;
      long fresh = random.nextBoolean() ? random.nextLong(count) : count + random.nextInt(1 << 30);
      asked[i] = again ? asked[random.nextInt(i)] : fresh;
      batch.keyHi[i] = mix(asked[i]);
      batch.keyLo[i] = mix(~asked[i]);
      batch.active[i] = -1;
    }
  }

  /** Queries whose key is registered. */
  int hits(LookupBatch batch, long[] asked) {
    int hits = 0;
    for (int i = 0; i < batch.size; i++) {
      hits += asked[i] < count ? 1 : 0;
    }
    return hits;
  }

  /** Answers that are not what was registered. */
  int wrong(LookupBatch batch, long[] asked) {
    int wrong = 0;
    for (int i = 0; i < batch.size; i++) {
      boolean hit = asked[i] < count;
      boolean right =
          batch.valueHi[i] == (hit ? asked[i] + 1 : 0) && batch.valueLo[i] == (hit ? ~asked[i] : 0);
      wrong += right ? 0 : 1;
    }
    return wrong;
  }

  private static long mix(long i) {
    long z = (i + 0x9e3779b97f4a7c15L) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return z ^ (z >>> 31);
  }
}
