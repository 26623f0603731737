package org.blindbook.auditor.timing.service.contests;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.blindbook.edge.identifier.Identifier;
import org.blindbook.edge.identifier.IdentifierException;
import org.blindbook.edge.identifier.LookupKey;

/** Made-up people: those of even numbers are registered. */
public final class Users {
  private static final int PEOPLE = 8_192;

  private Users() {}

  /** The e-mail addresses of those who are registered. */
  public static Stream<String> registered() {
    return IntStream.range(0, PEOPLE).filter(person -> person % 2 == 0).mapToObj(Users::address);
  }

  private static String address(int person) {
    return "person" + person + "@example.org";
  }

  static Identifier identifier(int person) {
    try {
      return Identifier.parse(address(person));
    } catch (IdentifierException e) {
      throw new IllegalStateException(e); // it is an address
    }
  }

  /**
   * The keys of different people, in random order.
   *
   * @param areRegistered whether all are or none is
   */
  static List<LookupKey> draw(int count, boolean areRegistered, Random random) {
    List<LookupKey> keys = new ArrayList<>(count);
    random
        .ints(0, PEOPLE)
        .filter(person -> person % 2 == 0 == areRegistered)
        .distinct()
        .limit(count)
        .forEach(person -> keys.add(LookupKey.truncated(identifier(person))));
    return keys;
  }
}
