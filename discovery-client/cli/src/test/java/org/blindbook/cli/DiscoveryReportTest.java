package org.blindbook.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.BiConsumer;
import org.blindbook.client.Coverage;
import org.blindbook.client.Discovery;
import org.blindbook.client.Permits;
import org.blindbook.contacts.AddressBook;
import org.blindbook.contacts.Contact;
import org.blindbook.contacts.Field;
import org.blindbook.contacts.Field.Content;
import org.blindbook.contacts.Reading;
import org.blindbook.edge.identifier.Identifier;
import org.blindbook.edge.identifier.IdentifierException;
import org.junit.jupiter.api.Test;

class DiscoveryReportTest {
  private static final UUID ACCOUNT = UUID.fromString("123e4567-e89b-42d3-a456-426614174000");
  private static final UUID OTHER = UUID.fromString("123e4567-e89b-42d3-a456-426614174001");

  private static final Permits PERMITS =
      new Permits(1_000, 49_600, 50_000, 10_000, Instant.parse("2026-11-27T02:00:00Z"));

  private final Identifier phone = identifier("+4930123456");
  private final Identifier mail = identifier("a@example.org");
  private final Identifier nobody = identifier("@nobody");

  /** Mum and Martha share a number; the phone holds Martha twice. */
  private final AddressBook book =
      new AddressBook(
          List.of(
              new Contact("Mum \"M\"", List.of(phone)),
              new Contact("田中 恵", List.of(mail, nobody)),
              new Contact("Martha", List.of(phone)),
              new Contact("Martha", List.of(phone)),
              new Contact("Nobody", List.of(nobody))),
          List.of(new Reading(7, "Mum", "Phone", List.of(), List.of("this is not a phone number"))),
          List.of(new Field("Phone", Content.PHONE_NUMBERS), new Field("Note", Content.NOT_READ)));

  private final Discovery discovery = discovery(false);

  private Discovery discovery(boolean recent) {
    Instant fullAt = Instant.parse("2026-11-20T08:05:00Z");
    return new Discovery(
        Map.of(phone, ACCOUNT, mail, OTHER),
        3,
        "0123456789abcdef".repeat(4),
        true,
        new Coverage(recent, fullAt, fullAt.plus(Duration.ofDays(7))));
  }

  @Test
  void whatWasOnlyLookedUpAmongRecentRegistrationsSaysSo() {
    StringWriter out = new StringWriter();
    DiscoveryReport report = new DiscoveryReport(book, true, discovery(true), Optional.empty());
    report.printTable(new PrintWriter(out));
    report.printJson(new PrintWriter(out));
    assertThat(out.toString())
        .contains(
            "Only registrations since the last full discovery were looked at, 2026-11-20 08:05"
                + " UTC; the next full one is due 2026-11-27.")
        .contains("\"recent\":true");
  }

  @Test
  void jsonIsWhatTheReadmePromises() {
    assertThat(printed(DiscoveryReport::printJson))
        .isEqualToIgnoringNewLines(
            """
            {"contacts":5,"identifiers":3,\
            "skipped":[{"line":7,"reason":"this is not a phone number"}],\
            "fields":[{"name":"Phone","content":"phone"},{"name":"Note","content":"not-read"}],\
            "matches":[\
            {"name":"Mum \\"M\\"","identifier":"tel:+4930123456",\
            "account":"123e4567-e89b-42d3-a456-426614174000"},\
            {"name":"田中 恵","identifier":"mailto:a@example.org",\
            "account":"123e4567-e89b-42d3-a456-426614174001"},\
            {"name":"Martha","identifier":"tel:+4930123456",\
            "account":"123e4567-e89b-42d3-a456-426614174000"}],\
            "permitsUsed":3,\
            "permits":{"atLeast":1000,"atMost":49600,"capacity":50000,"perDay":10000,\
            "fullAt":"2026-11-27T02:00:00Z"},\
            "recent":false,"fullAt":"2026-11-20T08:05:00Z","fullDue":"2026-11-27T08:05:00Z",\
            "measurement":"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"}\
            """);
  }

  @Test
  void theTableLinesUp() {
    assertThat(printed(DiscoveryReport::printTable))
        .isEqualTo(
            """
            NAME     IDENTIFIER     ACCOUNT
            Mum "M"  +4930123456    123e4567-e89b-42d3-a456-426614174000
            田中 恵  a@example.org  123e4567-e89b-42d3-a456-426614174001
            Martha   +4930123456    123e4567-e89b-42d3-a456-426614174000

            4 of 5 contacts found; 3 identifiers looked up, 3 permits used.
            Permits left: between 1,000 and 49,600 of 50,000; 10,000 come back a day, all by 2026-11-27.
            Verified enclave 0123456789abcdef...: simulated, no hardware guarantee.
            Skipped 1:
              line 7: this is not a phone number
            """);
  }

  @Test
  void saysThatAFullDiscoveryWasMadeInstead() {
    StringWriter out = new StringWriter();
    new DiscoveryReport(book, true, discovery(false), Optional.empty())
        .printTable(new PrintWriter(out));
    assertThat(out.toString())
        .contains("All registrations were looked at, because")
        .contains("the next full one is due 2026-11-27.");
  }

  @Test
  void saysSoWhenNobodyIsFoundOnGenuineHardware() {
    Discovery none =
        new Discovery(Map.of(), 0, "ab".repeat(32), false, discovery(false).coverage());
    StringWriter out = new StringWriter();
    new DiscoveryReport(
            new AddressBook(book.contacts(), List.of(), List.of()), false, none, Optional.empty())
        .printTable(new PrintWriter(out));
    assertThat(out.toString())
        .isEqualToNormalizingNewlines(
            """
            0 of 5 contacts found; 3 identifiers looked up, 0 permits used.
            Verified enclave abababababababab...: on genuine hardware, by the policy.
            """);
  }

  private String printed(BiConsumer<DiscoveryReport, PrintWriter> print) {
    StringWriter out = new StringWriter();
    print.accept(
        new DiscoveryReport(book, false, discovery, Optional.of(PERMITS)), new PrintWriter(out));
    return out.toString().replace("\r\n", "\n");
  }

  private static Identifier identifier(String text) {
    try {
      return Identifier.parse(text);
    } catch (IdentifierException e) {
      throw new AssertionError(e);
    }
  }
}
