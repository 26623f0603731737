package org.blindbook.contacts.written;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Digits that people write before a number and that are no part of it, from the table {@code
 * dialling-prefixes.txt}: prefixes that are no longer dialled, carriers, prefixes between countries
 * that share a plan, and codes that hide the caller's number.
 */
final class DiallingPrefixes {
  private static final String TABLE = "dialling-prefixes.txt";
  private static final String EVERYWHERE = "*";
  private static final int COLUMNS = 5;

  private final List<Row> rows;

  /** By who dials and when: of the table, few rows are anybody's. */
  private final Map<Whose, List<Row>> byWhose = new ConcurrentHashMap<>();

  private record Whose(List<String> regions, int countryCode, When when) {}

  /** When a row counts: as in the table. */
  enum When {
    ALWAYS,
    ALSO,
    UNLISTED,
    GROUPED
  }

  private record Row(List<String> regions, Pattern written, String instead, When when) {
    boolean isOf(List<String> others, int countryCode) {
      return regions.contains(EVERYWHERE)
          || regions.contains("+" + countryCode)
          || others.stream().anyMatch(regions::contains);
    }
  }

  private DiallingPrefixes(List<Row> rows) {
    this.rows = rows;
  }

  static DiallingPrefixes load() {
    return of(lines());
  }

  static DiallingPrefixes of(List<String> lines) {
    return new DiallingPrefixes(lines.stream().map(DiallingPrefixes::row).toList());
  }

  /** The rows of the table. */
  static List<String> lines() {
    try (InputStream table =
        Objects.requireNonNull(DiallingPrefixes.class.getResourceAsStream(TABLE))) {
      return new String(table.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .filter(line -> !line.isBlank() && !line.startsWith("#"))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Row row(String line) {
    String[] columns = line.split("\t+");
    if (columns.length != COLUMNS) {
      throw new IllegalStateException("a row of " + TABLE + " has not " + COLUMNS + " columns");
    }
    return new Row(
        List.of(columns[0].split(" ")),
        Pattern.compile(columns[1]),
        columns[2],
        When.valueOf(columns[3].toUpperCase(Locale.ROOT)));
  }

  /**
   * What may be meant by digits as dialled in one of some regions of a country code: a plus and
   * digits, or digits to be dialled there instead.
   *
   * @param when of which rows
   */
  List<String> instead(String dialled, List<String> regions, int countryCode, When when) {
    List<String> found = new ArrayList<>();
    for (Row row : of(new Whose(regions, countryCode, when))) {
      Matcher matcher = row.written().matcher(dialled);
      if (matcher.matches()) {
        found.add(matcher.replaceFirst(row.instead()));
      }
    }
    return found;
  }

  boolean any(List<String> regions, int countryCode, When when) {
    return !of(new Whose(regions, countryCode, when)).isEmpty();
  }

  private List<Row> of(Whose whose) {
    return byWhose.computeIfAbsent(whose, this::rowsOf);
  }

  private List<Row> rowsOf(Whose whose) {
    return rows.stream()
        .filter(row -> row.when() == whose.when())
        .filter(row -> row.isOf(whose.regions(), whose.countryCode()))
        .toList();
  }
}
