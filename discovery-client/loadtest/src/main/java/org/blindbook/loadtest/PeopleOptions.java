package org.blindbook.loadtest;

import org.blindbook.loadtest.population.AddressBooks;
import org.blindbook.loadtest.population.Population;
import org.blindbook.protocol.message.SizeClass;
import picocli.CommandLine.Option;

/** The options that say who is registered, who asks, and for whom. */
final class PeopleOptions {
  private static final int MAX_ACCOUNTS = 100_000_000;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "1",
      description =
          "of everything made up: users, accounts, address books, arrivals. Default:"
              + " ${DEFAULT-VALUE}")
  long seed = 1;

  @Option(
      names = "--users",
      paramLabel = "N",
      defaultValue = "0",
      description =
          "how many registrations of this seed were written and loaded; without them every right"
              + " answer is \"nobody\". Default: ${DEFAULT-VALUE}")
  int users;

  @Option(
      names = "--accounts",
      paramLabel = "N",
      defaultValue = "10000",
      description =
          "accounts that ask, by turns. Each has permits for some 100 discoveries of 500 contacts,"
              + " unless the server is configured otherwise. Default: ${DEFAULT-VALUE}")
  int accounts = 10_000;

  @Option(
      names = "--contacts",
      paramLabel = "N",
      defaultValue = "500",
      description = "contacts in each discovery, all of them new. Default: ${DEFAULT-VALUE}")
  int contacts = 500;

  @Option(
      names = "--registered",
      paramLabel = "SHARE",
      defaultValue = "0.25",
      description = "the share of them that is registered, 0 to 1. Default: ${DEFAULT-VALUE}")
  double registered = 0.25;

  Population population() throws LoadtestException {
    return population(users);
  }

  Population population(int registrations) throws LoadtestException {
    if (registrations < 0 || registrations > Population.MAX_USERS) {
      throw LoadtestException.usage("Users are 0 to " + Population.MAX_USERS + ".");
    }
    return new Population(seed, registrations);
  }

  AddressBooks books(Population population) throws LoadtestException {
    if (contacts < 1 || contacts > SizeClass.LARGEST) {
      throw LoadtestException.usage("--contacts is 1 to " + SizeClass.LARGEST + ".");
    }
    if (!(registered >= 0 && registered <= 1)) {
      throw LoadtestException.usage("--registered is a share, 0 to 1.");
    }
    if (accounts < 1 || accounts > MAX_ACCOUNTS) {
      throw LoadtestException.usage("--accounts is 1 to " + MAX_ACCOUNTS + ".");
    }
    return new AddressBooks(population, contacts, registered);
  }
}
