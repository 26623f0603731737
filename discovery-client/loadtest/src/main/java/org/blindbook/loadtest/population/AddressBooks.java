package org.blindbook.loadtest.population;

import java.util.SplittableRandom;

/** The address books of a run: one for each arrival, drawn by the seed. */
public final class AddressBooks {
  /** Enough that the largest book has each stranger once, and two books seldom the same. */
  private static final int STRANGERS = 200_000;

  private final Population population;
  private final int contacts;
  private final int registered;
  private final KeyTable users;
  private final KeyTable strangers;

  /**
   * @param contacts in each book, at least 1 and at most as many as the largest size class has
   * @param share of them that is registered, 0 to 1; fewer where the population has not as many
   */
  public AddressBooks(Population population, int contacts, double share) {
    if (contacts < 1 || contacts > STRANGERS || share < 0 || share > 1) {
      throw new IllegalArgumentException("an impossible address book");
    }
    this.population = population;
    this.contacts = contacts;
    this.registered = Math.min(population.users(), (int) Math.round(contacts * share));
    this.users = KeyTable.truncated(population.users(), population::userNumber);
    this.strangers = KeyTable.truncated(STRANGERS, population::strangerNumber);
  }

  /** The book of one arrival; asked again it is the same. */
  public AddressBook of(long arrival) {
    SplittableRandom random =
        new SplittableRandom(Population.mixed(population.seed()) + Population.mixed(arrival));
    return new AddressBook(
        this,
        registered,
        users.people() == 0 ? 0 : random.nextInt(users.people()),
        random.nextInt(strangers.people()));
  }

  int contacts() {
    return contacts;
  }

  Population population() {
    return population;
  }

  KeyTable users() {
    return users;
  }

  KeyTable strangers() {
    return strangers;
  }
}
