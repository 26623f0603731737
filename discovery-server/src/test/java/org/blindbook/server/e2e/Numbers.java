package org.blindbook.server.e2e;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import org.blindbook.edge.identifier.Identifier;
import org.blindbook.edge.identifier.IdentifierException;

/** Made-up phone numbers and the accounts that belong to them. */
final class Numbers {
  private Numbers() {}

  static String text(int n) {
    return "+49301" + (1_000_000 + n);
  }

  static Identifier identifier(int n) {
    try {
      return Identifier.parse(text(n));
    } catch (IdentifierException e) {
      throw new AssertionError(e);
    }
  }

  static List<Identifier> identifiers(int from, int to) {
    return IntStream.range(from, to).mapToObj(Numbers::identifier).toList();
  }

  static UUID account(int n) {
    return new UUID(0x1234_5678_0000_4000L, 0x8000_0000_0000_0000L | n);
  }

  static Map<String, UUID> registrations(int from, int to) {
    Map<String, UUID> registrations = new LinkedHashMap<>();
    IntStream.range(from, to).forEach(n -> registrations.put(text(n), account(n)));
    return registrations;
  }

  static Map<Identifier, UUID> matches(int from, int to) {
    Map<Identifier, UUID> matches = new LinkedHashMap<>();
    IntStream.range(from, to).forEach(n -> matches.put(identifier(n), account(n)));
    return matches;
  }
}
