package org.blindbook.client;

import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import org.blindbook.edge.identifier.Identifier;
import org.blindbook.edge.numbering.NumberingPlans;

/**
 * The contacts of a call, and the forms under which each may be registered: a phone number has
 * several where its country's numbering plan changed.
 */
final class ContactForms {
  private final Map<Identifier, List<Identifier>> forms = new LinkedHashMap<>();

  private ContactForms(
      Collection<Identifier> contacts, Function<Identifier, List<Identifier>> formsOf) {
    contacts.forEach(contact -> forms.put(contact, formsOf.apply(contact)));
  }

  static ContactForms all(Collection<Identifier> contacts) {
    return new ContactForms(contacts, NumberingPlans::forms);
  }

  static ContactForms currentOnly(Collection<Identifier> contacts) {
    return new ContactForms(contacts, contact -> List.of(NumberingPlans.current(contact)));
  }

  /** What there is to look up. */
  Set<Identifier> toLookUp() {
    Set<Identifier> all = new LinkedHashSet<>();
    forms.values().forEach(all::addAll);
    return all;
  }

  /** The same discovery, with contacts as the caller named them in place of their forms. */
  Discovery named(Discovery found) {
    Map<Identifier, UUID> matches = new HashMap<>();
    forms.forEach(
        (contact, itsForms) ->
            // The current number first: a former one may still be there of who had it then.
            itsForms.stream()
                .filter(found.matches()::containsKey)
                .findFirst()
                .ifPresent(form -> matches.put(contact, found.matches().get(form))));
    return new Discovery(
        matches, found.permitsUsed(), found.measurement(), found.simulated(), found.coverage());
  }
}
