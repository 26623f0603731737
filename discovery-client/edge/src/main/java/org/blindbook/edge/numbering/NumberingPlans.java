package org.blindbook.edge.numbering;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.blindbook.edge.identifier.Identifier;
import org.blindbook.edge.identifier.IdentifierException;

/**
 * Which numbers are one subscriber's. A phone number has several forms where its country's plan
 * changed; everything else has one, itself.
 *
 * @leaks the number, by time: runs only where address books and registrations are in clear anyway
 */
public final class NumberingPlans {
  /** Each form is looked up, and costs a permit. */
  public static final int MAX_FORMS = 3;

  private static final String TELEPHONE = "tel:+";

  private static final List<PlanChange> CHANGES = read();
  private static final Map<String, List<PlanChange>> BY_THEN =
      indexed(CHANGES, PlanChange::keyOfThen);
  private static final Map<String, List<PlanChange>> BY_NOW =
      indexed(CHANGES, PlanChange::keyOfNow);

  private NumberingPlans() {}

  /** The form under which a subscriber is registered: today's number. The same for every form. */
  public static Identifier current(Identifier identifier) {
    Optional<String> digits = digits(identifier);
    if (digits.isEmpty()) {
      return identifier;
    }
    for (PlanChange change : candidates(BY_THEN, digits.get())) {
      Optional<String> now = change.now(digits.get());
      if (now.isPresent()) {
        return telephone(now.get());
      }
    }
    return identifier;
  }

  /**
   * Every form that somebody may have registered this subscriber under.
   *
   * @return 1 to {@value #MAX_FORMS}, the current one first, then the likeliest
   */
  public static List<Identifier> forms(Identifier identifier) {
    Identifier current = current(identifier);
    Optional<String> digits = digits(current);
    if (digits.isEmpty()) {
      return List.of(current);
    }
    return Stream.concat(
            Stream.of(current),
            candidates(BY_NOW, digits.get()).stream()
                .flatMap(change -> change.then(digits.get()).stream())
                .map(NumberingPlans::telephone))
        .distinct()
        .limit(MAX_FORMS)
        .toList();
  }

  static List<PlanChange> changes() {
    return CHANGES;
  }

  private static Optional<String> digits(Identifier identifier) {
    String canonical = identifier.canonical();
    return canonical.startsWith(TELEPHONE)
        ? Optional.of(canonical.substring(TELEPHONE.length()))
        : Optional.empty();
  }

  private static List<PlanChange> candidates(Map<String, List<PlanChange>> index, String digits) {
    return index.getOrDefault(digits.substring(0, PlanChange.KEY_DIGITS), List.of());
  }

  private static Identifier telephone(String digits) {
    try {
      return Identifier.parse(TELEPHONE + digits);
    } catch (IdentifierException e) {
      throw new IllegalStateException("a plan change leads to a number that is none", e);
    }
  }

  private static List<PlanChange> read() {
    try (InputStream in =
        Objects.requireNonNull(NumberingPlans.class.getResourceAsStream("plan-changes.txt"))) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .filter(line -> !line.isEmpty() && !line.startsWith("#"))
          .map(PlanChange::parse)
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Map<String, List<PlanChange>> indexed(
      List<PlanChange> changes, Function<PlanChange, String> key) {
    Map<String, List<PlanChange>> index = new HashMap<>();
    changes.forEach(
        change -> index.computeIfAbsent(key.apply(change), any -> new ArrayList<>()).add(change));
    return index;
  }
}
