package org.blindbook.loadtest.population;

import java.util.UUID;

/**
 * Made-up people, the same ones for the same seed.
 *
 * <p>Their phone numbers begin with +999, a country code that the ITU has assigned to nobody
 * (E.164), so none is anybody's. Behind it stands 1 for people who are registered once the file of
 * {@link UsersFile} is loaded and 2 for strangers, who never are, whatever the seed.
 *
 * @param users who are registered, from 0 to {@value #MAX_USERS}
 */
public record Population(long seed, int users) {
  public static final int MAX_USERS = 20_000_000;

  private static final String USER_PREFIX = "+9991";
  private static final String STRANGER_PREFIX = "+9992";

  /** Numbers behind a prefix: eleven digits, for 15 in all. */
  private static final long NUMBERS = 100_000_000_000L;

  /** Without a factor in common with {@link #NUMBERS}, so that no number comes twice. */
  private static final long STRIDE = 61_803_398_877L;

  private static final long ACCOUNTS = 0x9e3779b97f4a7c15L;
  private static final long CLIENTS = 0xd1b54a32d192ed03L;

  public Population {
    if (users < 0 || users > MAX_USERS) {
      throw new IllegalArgumentException("users are 0 to " + MAX_USERS);
    }
  }

  /** The number of registered person {@code i}, in international form. */
  public String userNumber(int i) {
    return number(USER_PREFIX, i);
  }

  /** The number of somebody who is not registered. */
  public String strangerNumber(int i) {
    return number(STRANGER_PREFIX, i);
  }

  private String number(String prefix, int i) {
    long offset = Long.remainderUnsigned(mixed(seed), NUMBERS);
    long number = (i * STRIDE % NUMBERS + offset) % NUMBERS;
    String digits = Long.toString(number);
    return prefix + "0".repeat(11 - digits.length()) + digits;
  }

  /** The account of registered person {@code i}. */
  public UUID account(int i) {
    return uuid(ACCOUNTS, i);
  }

  /** The account of a client that asks; unlike every registered person's. */
  public UUID client(int i) {
    return uuid(CLIENTS, i);
  }

  /** Of the form of random UUIDs: version 4 of RFC 9562. */
  private UUID uuid(long domain, int i) {
    long hi = mixed(mixed(seed ^ domain) + i);
    long lo = mixed(mixed(seed + domain) ^ ((long) i << 32 | i));
    return new UUID(hi & ~0xf000L | 0x4000L, lo >>> 2 | 0x8000000000000000L);
  }

  /** The finalizer of SplitMix64: a bijection in which every input bit moves every output bit. */
  static long mixed(long z) {
    long a = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
    long b = (a ^ (a >>> 27)) * 0x94d049bb133111ebL;
    return b ^ (b >>> 31);
  }
}
