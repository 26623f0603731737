package org.blindbook.loadtest.population;

import java.util.Optional;
import java.util.UUID;

/** Whom one client looks for, and the right answer. No contact is in it twice. */
public final class AddressBook {
  private final AddressBooks of;
  private final int registered;
  private final int firstUser;
  private final int firstStranger;

  /**
   * @param registered how many of the contacts are
   */
  AddressBook(AddressBooks of, int registered, int firstUser, int firstStranger) {
    this.of = of;
    this.registered = registered;
    this.firstUser = firstUser;
    this.firstStranger = firstStranger;
  }

  public int size() {
    return of.contacts();
  }

  /** Registered contacts before entry {@code i}: they are spread evenly among the others. */
  private int usersBefore(int i) {
    return (int) ((long) i * registered / size());
  }

  private boolean isRegistered(int i) {
    return usersBefore(i) != usersBefore(i + 1);
  }

  private int user(int i) {
    return (firstUser + usersBefore(i)) % of.users().people();
  }

  private int stranger(int i) {
    return (firstStranger + i - usersBefore(i)) % of.strangers().people();
  }

  /** The first half of entry {@code i}'s lookup key. */
  public long keyHi(int i) {
    return isRegistered(i) ? of.users().hi(user(i)) : of.strangers().hi(stranger(i));
  }

  /** The second half. */
  public long keyLo(int i) {
    return isRegistered(i) ? of.users().lo(user(i)) : of.strangers().lo(stranger(i));
  }

  /** The account that must be found under entry {@code i}; empty for nobody. */
  public Optional<UUID> expected(int i) {
    return isRegistered(i) ? Optional.of(of.population().account(user(i))) : Optional.empty();
  }
}
