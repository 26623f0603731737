package org.blindbook.contacts;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.blindbook.contacts.written.WrittenIdentifiers;
import org.blindbook.edge.identifier.Identifier;

/** Collects an address book while a format reader goes through its file. */
final class AddressBookBuilder {
  private final WrittenIdentifiers identifiers;
  private final List<Entry> entries = new ArrayList<>();
  private final List<Skipped> skipped = new ArrayList<>();

  AddressBookBuilder(WrittenIdentifiers identifiers) {
    this.identifiers = identifiers;
  }

  /** Starts the next contact; contacts stay in the order in which they start. */
  Entry startContact() {
    Entry entry = new Entry();
    entries.add(entry);
    return entry;
  }

  void skip(int line, String reason) {
    skipped.add(new Skipped(line, reason));
  }

  AddressBook build() {
    skipped.sort(Comparator.comparingInt(Skipped::line));
    return new AddressBook(
        entries.stream().filter(Entry::isSomebody).map(Entry::contact).toList(), skipped);
  }

  /** A contact of which more lines may follow. */
  final class Entry {
    private final Set<Identifier> found = new LinkedHashSet<>();
    private String name = "";
    private int nameRank = Integer.MAX_VALUE;
    private String firstWritten = "";

    /**
     * @param rank how good a source of the name this is: the lowest wins, then the first
     */
    void name(int rank, String written) {
      String clean = DisplayName.clean(written);
      if (rank < nameRank && !clean.isEmpty()) {
        name = clean;
        nameRank = rank;
      }
    }

    /** Takes the identifiers of a value, and lists what cannot be read as skipped. */
    void identifier(int line, String written) {
      if (firstWritten.isEmpty()) {
        firstWritten = DisplayName.clean(written);
      }
      WrittenIdentifiers.Reading reading = identifiers.read(written);
      found.addAll(reading.found());
      reading.problems().forEach(reason -> skip(line, reason));
    }

    private boolean isSomebody() {
      return !name.isEmpty() || !found.isEmpty();
    }

    private Contact contact() {
      return new Contact(name.isEmpty() ? firstWritten : name, List.copyOf(found));
    }
  }
}
