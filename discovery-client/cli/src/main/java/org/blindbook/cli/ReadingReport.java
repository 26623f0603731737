package org.blindbook.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.blindbook.contacts.AddressBook;
import org.blindbook.contacts.Field;
import org.blindbook.contacts.Field.Content;
import org.blindbook.contacts.Reading;
import org.blindbook.edge.identifier.Identifier;
import org.blindbook.edge.numbering.NumberingPlans;

/** What an address book was read as, line by line, for its user's own terminal. */
final class ReadingReport {
  /** Names of fields in one sentence. */
  private static final int MAX_NAMED = 5;

  private final AddressBook book;

  ReadingReport(AddressBook book) {
    this.book = book;
  }

  /** A sentence on the columns that were passed over, if there are any. */
  static Optional<String> notRead(AddressBook book) {
    List<String> names = named(book, Content.NOT_READ);
    if (names.isEmpty()) {
      return Optional.empty();
    }
    int more = names.size() - MAX_NAMED;
    return Optional.of(
        "Not read of the contacts file: %s%s; discover --explain shows what was."
            .formatted(
                String.join(", ", names.subList(0, Math.min(names.size(), MAX_NAMED))),
                more > 0 ? " and " + more + " more" : ""));
  }

  private static List<String> named(AddressBook book, Content content) {
    return book.fields().stream()
        .filter(field -> field.content() == content)
        .map(Field::name)
        .toList();
  }

  static void writeFields(AddressBook book, JsonGenerator json) throws IOException {
    json.writeArrayFieldStart("fields");
    for (Field field : book.fields()) {
      json.writeStartObject();
      json.writeStringField("name", field.name());
      json.writeStringField(
          "content",
          switch (field.content()) {
            case PHONE_NUMBERS -> "phone";
            case EMAIL_ADDRESSES -> "email";
            case NAMES -> "name";
            case NOT_READ -> "not-read";
          });
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  void printJson(PrintWriter out) {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = new JsonFactory().createGenerator(text)) {
      json.writeStartObject();
      json.writeNumberField("contacts", book.contacts().size());
      json.writeNumberField("identifiers", book.identifiers().size());
      json.writeNumberField("lookups", lookups());
      writeFields(book, json);
      json.writeArrayFieldStart("readings");
      for (Reading reading : book.readings()) {
        json.writeStartObject();
        json.writeNumberField("line", reading.line());
        json.writeStringField("name", reading.name());
        json.writeStringField("field", reading.field());
        writeAll("identifiers", reading.identifiers().stream(), json);
        writeAll("forms", forms(reading.identifiers()), json);
        json.writeArrayFieldStart("problems");
        for (String problem : reading.problems()) {
          json.writeString(problem);
        }
        json.writeEndArray();
        json.writeEndObject();
      }
      json.writeEndArray();
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException("a string refuses to be written to", e);
    }
    out.println(text);
    out.flush();
  }

  private static void writeAll(String name, Stream<Identifier> identifiers, JsonGenerator json)
      throws IOException {
    json.writeArrayFieldStart(name);
    for (Identifier identifier : identifiers.toList()) {
      json.writeString(identifier.canonical());
    }
    json.writeEndArray();
  }

  /** All that is looked up: a number whose plan changed under its former ones, too. */
  private static Stream<Identifier> forms(Collection<Identifier> identifiers) {
    return identifiers.stream().flatMap(i -> NumberingPlans.forms(i).stream()).distinct();
  }

  private long lookups() {
    return forms(book.identifiers()).count();
  }

  void printTable(PrintWriter out) {
    List<List<String>> rows = new ArrayList<>();
    rows.add(List.of("LINE", "NAME", "FIELD", "READ AS"));
    for (Reading reading : book.readings()) {
      rows.add(
          List.of(
              Integer.toString(reading.line()), reading.name(), reading.field(), readAs(reading)));
    }
    TextTable.print(rows, out);
    int problems = book.skipped().size();
    int identifiers = book.identifiers().size();
    long lookups = lookups();
    out.printf(
        "%n%s, %s to look up%s; %s could not be read.%n",
        Counted.of(book.contacts().size(), "contact"),
        Counted.of(identifiers, "identifier"),
        lookups == identifiers
            ? ""
            : ", %,d with the other numbers of their subscribers".formatted(lookups),
        Counted.of(problems, "value"));
    String fields =
        Stream.of(
                sentence("Phone numbers", Content.PHONE_NUMBERS),
                sentence("E-mail addresses", Content.EMAIL_ADDRESSES),
                sentence("Names", Content.NAMES),
                sentence("Not read", Content.NOT_READ))
            .filter(sentence -> !sentence.isEmpty())
            .collect(Collectors.joining(" "));
    if (!fields.isEmpty()) {
      out.println(fields);
    }
    out.println("Nothing was sent.");
    out.flush();
  }

  private String sentence(String what, Content content) {
    List<String> names = named(book, content);
    return names.isEmpty() ? "" : what + ": " + String.join(", ", names) + ".";
  }

  private static String shown(Identifier identifier) {
    String others =
        NumberingPlans.forms(identifier).stream()
            .filter(form -> !form.equals(identifier))
            .map(form -> DiscoveryReport.shown(form.canonical()))
            .collect(Collectors.joining(" and "));
    String itself = DiscoveryReport.shown(identifier.canonical());
    return others.isEmpty() ? itself : itself + " (also looked up as " + others + ")";
  }

  private static String readAs(Reading reading) {
    return Stream.concat(
            reading.identifiers().stream().map(ReadingReport::shown),
            reading.problems().stream().map(problem -> "not read: " + problem))
        .collect(Collectors.joining(", "));
  }
}
