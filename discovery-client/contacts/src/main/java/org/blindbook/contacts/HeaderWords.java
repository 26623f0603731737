package org.blindbook.contacts;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What the header of a column, or the label of a number in a text, says in any of many languages.
 * The words are in {@code header-words.txt}, whose first lines explain them.
 */
final class HeaderWords {
  /** What a word says about a column. */
  enum Meaning {
    PHONE,
    MAIL,
    PERHAPS,
    DESCRIBES,
    OTHER,
    IDENTITY,
    ABBREVIATION,
    NUMBER,
    COUNTRY,
    CODE
  }

  /** Part of a name, by whole headers; the first of several meanings wins. */
  enum NamePart {
    FULL,
    GIVEN,
    FAMILY,
    MIDDLE,
    PREFIX,
    SUFFIX,
    NICKNAME,
    ORGANISATION
  }

  /** Accents and points that are often left out; vowel signs of India and Thailand never are. */
  private static final Pattern MARKS =
      Pattern.compile("[\\u0300-\\u036F\\u0591-\\u05C7\\u064B-\\u065F\\u0670\\u093C]+");

  private static final Pattern NOT_A_WORD = Pattern.compile("[^\\p{L}\\p{M}\\p{Nd}〒]+");

  /** phoneNumber, Phone1, TEL番号. */
  private static final Pattern WORD_BOUNDARY =
      Pattern.compile(
          "(?<=\\p{Ll})(?=\\p{Lu})|(?<=\\p{L})(?=\\p{Nd})|(?<=\\p{Nd})(?=\\p{L})"
              + "|(?<=\\p{IsLatin})(?=[\\p{IsHan}\\p{IsKatakana}\\p{IsHangul}])"
              + "|(?<=[\\p{IsHan}\\p{IsKatakana}\\p{IsHangul}])(?=\\p{IsLatin})");

  private static final HeaderWords WORDS = load();

  private record Word(String text, Meaning meaning) {}

  /** By their first two characters, of which the first is the space before the word. */
  private final Map<String, List<Word>> starts = new HashMap<>();

  private final List<Word> elsewhere = new ArrayList<>();
  private final Map<String, Set<NamePart>> nameParts = new HashMap<>();

  private static HeaderWords load() {
    HeaderWords words = new HeaderWords();
    try (InputStream in = HeaderWords.class.getResourceAsStream("header-words.txt")) {
      if (in == null) {
        throw new IllegalStateException("header-words.txt is not beside its class");
      }
      new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))
          .lines()
          .filter(line -> !line.isBlank() && !line.startsWith("#"))
          .forEach(words::add);
    } catch (IOException e) {
      throw new UncheckedIOException("a resource of the program cannot be read", e);
    }
    return words;
  }

  private void add(String line) {
    String[] parts = line.split(" ", 3);
    String kind = parts[0].toUpperCase(Locale.ROOT);
    for (String written : parts[2].split(",")) {
      String word = written.strip();
      String folded = folded(word.replace("*", ""));
      if (List.of(Meaning.values()).stream().anyMatch(meaning -> meaning.name().equals(kind))) {
        boolean open = word.startsWith("*");
        Word entry =
            new Word(
                (open ? "" : " ") + folded + (word.endsWith("*") ? "" : " "),
                Meaning.valueOf(kind));
        if (open) {
          elsewhere.add(entry);
        } else {
          starts
              .computeIfAbsent(entry.text().substring(0, 2), start -> new ArrayList<>())
              .add(entry);
        }
      } else {
        nameParts
            .computeIfAbsent(folded, header -> EnumSet.noneOf(NamePart.class))
            .add(NamePart.valueOf(kind));
      }
    }
  }

  /** All that the words of a header say. */
  static Set<Meaning> meanings(String header) {
    return said(" " + folded(header) + " ", -1);
  }

  /** What the words say that a label ends with. */
  static Set<Meaning> meaningsAtEnd(String label) {
    String text = " " + folded(label) + " ";
    return said(text, text.lastIndexOf(' ', text.length() - 2));
  }

  /**
   * @param text folded, between spaces
   * @param last the space that a word must reach beyond
   */
  private static Set<Meaning> said(String text, int last) {
    Set<Meaning> meanings = EnumSet.noneOf(Meaning.class);
    for (int i = text.indexOf(' '); i >= 0 && i < text.length() - 1; i = text.indexOf(' ', i + 1)) {
      for (Word word : WORDS.starts.getOrDefault(text.substring(i, i + 2), List.of())) {
        if (text.startsWith(word.text(), i) && i + word.text().length() > last + 1) {
          meanings.add(word.meaning());
        }
      }
    }
    for (Word word : WORDS.elsewhere) {
      if (!meanings.contains(word.meaning()) && text.indexOf(word.text(), last) >= 0) {
        meanings.add(word.meaning());
      }
    }
    return meanings;
  }

  /** Which parts of a name the header may stand for; empty if for none. */
  static Set<NamePart> nameParts(String header) {
    return WORDS.nameParts.getOrDefault(folded(header), Set.of());
  }

  /** Lower-case words with a space between them, without accents. */
  static String folded(String text) {
    String spaced =
        WORD_BOUNDARY.matcher(Normalizer.normalize(text, Normalizer.Form.NFKC)).replaceAll(" ");
    String plain =
        MARKS
            .matcher(Normalizer.normalize(spaced.toLowerCase(Locale.ROOT), Normalizer.Form.NFKD))
            .replaceAll("");
    StringBuilder letters = new StringBuilder(plain.length());
    plain
        .codePoints()
        .forEach(
            c -> {
              switch (c) {
                case 'ß' -> letters.append("ss");
                case 'æ' -> letters.append("ae");
                case 'œ' -> letters.append("oe");
                case 'ø' -> letters.append('o');
                case 'ł' -> letters.append('l');
                case 'đ', 'ð' -> letters.append('d');
                case 'ı' -> letters.append('i');
                case 'ς' -> letters.append('σ');
                case 'ی', 'ى' -> letters.append('ي');
                case 'ک' -> letters.append('ك');
                default -> letters.appendCodePoint(c);
              }
            });
    return NOT_A_WORD
        .matcher(Normalizer.normalize(letters, Normalizer.Form.NFC))
        .replaceAll(" ")
        .strip();
  }
}
