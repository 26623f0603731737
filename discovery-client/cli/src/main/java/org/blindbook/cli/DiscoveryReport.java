package org.blindbook.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.blindbook.client.Coverage;
import org.blindbook.client.Discovery;
import org.blindbook.client.Permits;
import org.blindbook.contacts.AddressBook;
import org.blindbook.contacts.Contact;
import org.blindbook.contacts.Skipped;
import org.blindbook.edge.identifier.Identifier;

/** What a discovery found, by the names of the address book. */
final class DiscoveryReport {
  private static final int SHORT_MEASUREMENT = 16;

  private final AddressBook book;
  private final boolean recentAsked;
  private final Discovery discovery;
  private final Optional<Permits> permits;
  private final Set<Match> matches = new LinkedHashSet<>();

  /** A contact's identifier that is registered. Equal ones are one: phones keep copies. */
  private record Match(String name, String identifier, UUID account) {}

  /**
   * @param recentAsked whether only recent registrations were asked for
   */
  DiscoveryReport(
      AddressBook book, boolean recentAsked, Discovery discovery, Optional<Permits> permits) {
    this.book = book;
    this.recentAsked = recentAsked;
    this.discovery = discovery;
    this.permits = permits;
    for (Contact contact : book.contacts()) {
      for (Identifier identifier : contact.identifiers()) {
        UUID account = discovery.matches().get(identifier);
        if (account != null) {
          matches.add(new Match(contact.name(), identifier.canonical(), account));
        }
      }
    }
  }

  void printJson(PrintWriter out) {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = new JsonFactory().createGenerator(text)) {
      json.writeStartObject();
      json.writeNumberField("contacts", book.contacts().size());
      json.writeNumberField("identifiers", book.identifiers().size());
      json.writeArrayFieldStart("skipped");
      for (Skipped one : book.skipped()) {
        json.writeStartObject();
        json.writeNumberField("line", one.line());
        json.writeStringField("reason", one.reason());
        json.writeEndObject();
      }
      json.writeEndArray();
      ReadingReport.writeFields(book, json);
      json.writeArrayFieldStart("matches");
      for (Match match : matches) {
        json.writeStartObject();
        json.writeStringField("name", match.name());
        json.writeStringField("identifier", match.identifier());
        json.writeStringField("account", match.account().toString());
        json.writeEndObject();
      }
      json.writeEndArray();
      json.writeNumberField("permitsUsed", discovery.permitsUsed());
      PermitsReport.write(permits, json);
      json.writeBooleanField("recent", discovery.coverage().recent());
      json.writeStringField("fullAt", discovery.coverage().fullAt().toString());
      json.writeStringField("fullDue", discovery.coverage().fullDue().toString());
      json.writeStringField("measurement", discovery.measurement());
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException("a string refuses to be written to", e);
    }
    out.println(text);
    out.flush();
  }

  void printTable(PrintWriter out) {
    if (!matches.isEmpty()) {
      List<List<String>> rows = new ArrayList<>();
      rows.add(List.of("NAME", "IDENTIFIER", "ACCOUNT"));
      for (Match match : matches) {
        rows.add(List.of(match.name(), shown(match.identifier()), match.account().toString()));
      }
      TextTable.print(rows, out);
      out.println();
    }
    out.printf(
        "%,d of %s found; %s looked up, %s used.%n",
        book.contacts().stream().filter(this::isRegistered).count(),
        Counted.of(book.contacts().size(), "contact"),
        Counted.of(book.identifiers().size(), "identifier"),
        Counted.of(discovery.permitsUsed(), "permit"));
    if (recentAsked) {
      out.println(sentence(discovery.coverage()));
    }
    permits.map(PermitsReport::sentence).ifPresent(out::println);
    out.printf(
        "Verified enclave %s...: %s.%n",
        discovery.measurement().substring(0, SHORT_MEASUREMENT),
        discovery.simulated()
            ? "simulated, no hardware guarantee"
            : "on genuine hardware, by the policy");
    List<Skipped> skipped = book.skipped();
    if (!skipped.isEmpty()) {
      out.printf("Skipped %,d:%n", skipped.size());
      skipped.forEach(one -> out.printf("  line %d: %s%n", one.line(), one.reason()));
    }
    out.flush();
  }

  private static String sentence(Coverage coverage) {
    return String.format(
        Locale.ROOT,
        (coverage.recent()
                ? "Only registrations since the last full discovery were looked at, %1$tF %1$tR"
                    + " UTC;"
                : "All registrations were looked at, because the last full discovery was too long"
                    + " ago, or the service cannot tell what is new since;")
            + " the next full one is due %2$tF.",
        coverage.fullAt().atOffset(ZoneOffset.UTC),
        coverage.fullDue().atOffset(ZoneOffset.UTC));
  }

  private boolean isRegistered(Contact contact) {
    return contact.identifiers().stream().anyMatch(discovery.matches()::containsKey);
  }

  /** Without the scheme: a person sees what kind it is. */
  static String shown(String canonical) {
    String value = canonical.substring(canonical.indexOf(':') + 1);
    return canonical.startsWith("username:") ? "@" + value : value;
  }
}
