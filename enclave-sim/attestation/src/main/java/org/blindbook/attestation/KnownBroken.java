package org.blindbook.attestation;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * Platforms that are known to be broken in a way that their vendors' documents do not tell: the
 * signatures are good and the statuses are, and the evidence is worth less all the same. The list
 * is {@code known-broken.txt}; its first line has its date.
 */
public final class KnownBroken {
  private static final String FILE = "known-broken.txt";
  private static final String DATED = "dated ";

  private static final KnownBroken LIST = read();

  private final LocalDate date;
  private final Map<String, Entry> entries;

  private KnownBroken(LocalDate date, Map<String, Entry> entries) {
    this.date = date;
    this.entries = entries;
  }

  /**
   * A way in which platforms are broken.
   *
   * @param name as policies write it
   * @param since when it was published
   * @param reference where to read about it
   * @param breaks what an adversary can do
   * @param holds what the evidence is still worth
   */
  public record Entry(
      String name,
      LocalDate since,
      String reference,
      List<BrokenPlatform> platforms,
      String breaks,
      String holds) {

    public Entry {
      platforms = List.copyOf(platforms);
    }
  }

  /** When the list was last looked over: what became known later is not in it. */
  public static LocalDate date() {
    return LIST.date;
  }

  public static List<Entry> entries() {
    return List.copyOf(LIST.entries.values());
  }

  /** By the name that policies write. */
  public static Optional<Entry> entry(String name) {
    return Optional.ofNullable(LIST.entries.get(name));
  }

  /** Those that the subject of some evidence is broken by. */
  static List<Entry> of(Subject subject) {
    return LIST.entries.values().stream()
        .filter(entry -> entry.platforms.stream().anyMatch(platform -> platform.includes(subject)))
        .toList();
  }

  private static KnownBroken read() {
    List<String> lines;
    try (InputStream in = KnownBroken.class.getResourceAsStream(FILE)) {
      lines =
          new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8)
              .lines()
              .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Map<String, Map<String, List<String>>> read = new LinkedHashMap<>();
    Map<String, List<String>> facts = new LinkedHashMap<>();
    for (String line : lines.subList(1, lines.size())) {
      if (line.startsWith(" ")) {
        List<String> fact = Arrays.asList(line.strip().split(" ", 2));
        facts.computeIfAbsent(fact.get(0), key -> new ArrayList<>()).add(fact.get(1));
      } else if (!line.isBlank()) {
        facts = new LinkedHashMap<>();
        read.put(line, facts);
      }
    }
    Map<String, Entry> entries = new LinkedHashMap<>();
    read.forEach((name, said) -> entries.put(name, entry(name, said)));
    return new KnownBroken(LocalDate.parse(lines.get(0).substring(DATED.length())), entries);
  }

  private static Entry entry(String name, Map<String, List<String>> facts) {
    return new Entry(
        name,
        LocalDate.parse(one(facts, "since")),
        one(facts, "reference"),
        Objects.requireNonNull(facts.get("applies"), name).stream()
            .map(BrokenPlatform::parse)
            .toList(),
        one(facts, "breaks"),
        one(facts, "holds"));
  }

  private static String one(Map<String, List<String>> facts, String key) {
    List<String> values = Objects.requireNonNull(facts.get(key), key);
    if (values.size() != 1) {
      throw new IllegalStateException(FILE + " says twice what it " + key);
    }
    return values.get(0);
  }
}
