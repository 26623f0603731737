package org.blindbook.contacts;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.blindbook.contacts.Field.Content;
import org.blindbook.contacts.written.WrittenIdentifiers;
import org.blindbook.edge.identifier.Identifier;

/** Collects an address book while a format reader goes through its file. */
final class AddressBookBuilder {
  /** Values and refused lines of one file: ten times what the largest address books hold. */
  static final int MAX_READINGS = 500_000;

  /** People with addresses in more countries have numbers with a plus. */
  private static final int MAX_REGIONS = 3;

  private static final int MAX_FIELDS = 1_000;
  private static final int MAX_FIELD_CHARS = 60;

  private final WrittenIdentifiers identifiers;
  private final List<Entry> entries = new ArrayList<>();
  private final List<Reading> unowned = new ArrayList<>();
  private final Map<String, Content> fields = new LinkedHashMap<>();

  /** What was noted last, by the name as it is written. */
  private final Map<String, Content> reported = new HashMap<>();

  private final Countries countries = new Countries();
  private int taken;

  AddressBookBuilder(WrittenIdentifiers identifiers) {
    this.identifiers = identifiers;
  }

  /** Starts the next contact; contacts stay in the order in which they start. */
  Entry startContact() {
    Entry entry = new Entry();
    // A contact without any value counts, too, if it has a name.
    if (hasRoom()) {
      entries.add(entry);
    }
    return entry;
  }

  /** Lists a line that belongs to no contact. */
  void skip(int line, String reason) {
    if (hasRoom()) {
      unowned.add(new Reading(line, "", "", List.of(), List.of(reason)));
    }
  }

  /** Notes what is done with a field; when it is not always the same, what was read counts. */
  void field(String name, Content content) {
    if (content == reported.get(name)) {
      return;
    }
    if (reported.size() < MAX_FIELDS) {
      reported.put(name, content);
    }
    String clean = fieldName(name);
    if (fields.size() < MAX_FIELDS || fields.containsKey(clean)) {
      fields.merge(clean, content, (old, now) -> old == Content.NOT_READ ? now : old);
    }
  }

  private boolean hasRoom() {
    return ++taken <= MAX_READINGS;
  }

  private static String fieldName(String name) {
    String clean = DisplayName.clean(name);
    return clean.length() <= MAX_FIELD_CHARS
        ? clean
        : clean.substring(0, clean.offsetByCodePoints(0, MAX_FIELD_CHARS / 2)) + "…";
  }

  AddressBook build() throws AddressBookException {
    if (taken > MAX_READINGS) {
      throw new AddressBookException(
          "The contacts file holds more than %,d values: split it, or check that it is an address book."
              .formatted(MAX_READINGS));
    }
    // Understanding phone numbers takes longer than going through the file.
    entries.parallelStream().forEach(Entry::read);
    List<Reading> all = new ArrayList<>(unowned);
    entries.forEach(entry -> all.addAll(entry.readings));
    if (all.isEmpty()) {
      all.add(
          new Reading(
              1,
              "",
              "",
              List.of(),
              List.of("nothing in this file is a phone number or an address")));
    }
    all.sort(Comparator.comparingInt(Reading::line));
    return new AddressBook(
        entries.stream().filter(Entry::isSomebody).map(Entry::contact).toList(),
        all,
        fields.entrySet().stream().map(e -> new Field(e.getKey(), e.getValue())).toList());
  }

  /**
   * A value as it stands in the file.
   *
   * @param problems why it is not read; empty if it is to be
   */
  private record Value(int line, String field, String written, List<String> problems) {
    /** Hides the value. */
    @Override
    public String toString() {
      return "Value[line " + line + "]";
    }
  }

  /** A contact of which more lines may follow. */
  final class Entry {
    private final Set<Identifier> found = new LinkedHashSet<>();
    private final List<Value> values = new ArrayList<>(2);
    private final List<Reading> readings = new ArrayList<>(2);
    private String name = "";
    private int nameRank = Integer.MAX_VALUE;
    private String firstWritten = "";
    private Set<String> regions = Set.of();

    /** Notes a country of this contact's address: national numbers may be dialled there. */
    void livesIn(String country) {
      String region = countries.region(country.strip());
      if (region != null && !regions.contains(region) && regions.size() < MAX_REGIONS) {
        regions = new LinkedHashSet<>(regions);
        regions.add(region);
      }
    }

    /**
     * @param rank how good a source of the name this is: the lowest wins, then the first
     */
    void name(int rank, String written) {
      if (rank < nameRank) {
        String clean = DisplayName.clean(written);
        if (!clean.isEmpty()) {
          name = clean;
          nameRank = rank;
        }
      }
    }

    /** Takes a value whose identifiers are read, or listed as skipped, when the book is built. */
    void identifier(int line, String field, String written) {
      if (firstWritten.isEmpty()) {
        firstWritten = written;
      }
      if (!written.isBlank() && hasRoom()) {
        values.add(new Value(line, field, written, List.of()));
      }
    }

    /** Lists a value of this contact that is not read. */
    void skip(int line, String field, String reason) {
      if (hasRoom()) {
        values.add(new Value(line, field, "", List.of(reason)));
      }
    }

    private void read() {
      WrittenIdentifiers reader = identifiers.alsoDialledIn(regions);
      for (Value value : values) {
        WrittenIdentifiers.Reading read = reader.read(value.written());
        List<String> problems = value.problems().isEmpty() ? read.problems() : value.problems();
        found.addAll(read.found());
        if (!read.found().isEmpty() || !problems.isEmpty()) {
          readings.add(
              new Reading(
                  value.line(), shownName(), fieldName(value.field()), read.found(), problems));
        }
      }
      values.clear();
    }

    private boolean isSomebody() {
      return !name.isEmpty() || !found.isEmpty();
    }

    private String shownName() {
      return name.isEmpty() ? DisplayName.clean(firstWritten) : name;
    }

    private Contact contact() {
      return new Contact(shownName(), List.copyOf(found));
    }
  }
}
