package org.blindbook.contacts;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which country is meant in an address: by its code, or its name in a language of address books. A
 * name that is not known says nothing.
 */
final class Countries {
  /** Names that are in no list of official ones, and codes that are not ISO's. */
  private static final Map<String, String> OTHERS =
      Map.ofEntries(
          Map.entry("uk", "GB"),
          Map.entry("great britain", "GB"),
          Map.entry("england", "GB"),
          Map.entry("scotland", "GB"),
          Map.entry("wales", "GB"),
          Map.entry("northern ireland", "GB"),
          Map.entry("united states of america", "US"),
          Map.entry("u s a", "US"),
          Map.entry("u s", "US"),
          Map.entry("america", "US"),
          Map.entry("ee uu", "US"),
          Map.entry("eeuu", "US"),
          Map.entry("u k", "GB"),
          Map.entry("u a e", "AE"),
          Map.entry("uae", "AE"),
          Map.entry("ksa", "SA"),
          Map.entry("czech republic", "CZ"),
          Map.entry("ceska republika", "CZ"),
          Map.entry("slovenska republika", "SK"),
          Map.entry("holland", "NL"),
          Map.entry("the netherlands", "NL"),
          Map.entry("nederland", "NL"),
          Map.entry("brd", "DE"),
          Map.entry("bundesrepublik deutschland", "DE"),
          Map.entry("d", "DE"),
          Map.entry("korea", "KR"),
          Map.entry("republic of korea", "KR"),
          Map.entry("russian federation", "RU"),
          Map.entry("российская федерация", "RU"),
          Map.entry("рф", "RU"),
          Map.entry("viet nam", "VN"),
          Map.entry("ivory coast", "CI"),
          Map.entry("turkey", "TR"),
          Map.entry("republic of ireland", "IE"),
          Map.entry("eire", "IE"),
          Map.entry("brasil", "BR"),
          Map.entry("中国", "CN"),
          Map.entry("中國", "CN"),
          Map.entry("台灣", "TW"),
          Map.entry("台湾", "TW"),
          Map.entry("香港", "HK"),
          Map.entry("한국", "KR"));

  private static final List<String> LANGUAGES =
      List.of(
          "de", "fr", "es", "pt", "it", "nl", "sv", "da", "nb", "fi", "pl", "cs", "sk", "hu", "ro",
          "bg", "el", "tr", "ru", "uk", "sr", "hr", "sl", "he", "ar", "fa", "hi", "th", "vi", "id",
          "ms", "ja", "ko", "zh-CN", "zh-TW", "et", "lv", "lt");

  private static final int MAX_CHARS = 60;

  /** Of a file; addresses name few countries. */
  private static final int MAX_KNOWN = 1_000;

  private final Map<String, String> names = new HashMap<>(OTHERS);
  private final Map<String, String> known = new HashMap<>();
  private boolean hasCodes;

  /** Each language takes a moment to load, and most address books need one or none. */
  private int languages;

  /** The ISO 3166-1 alpha-2 code, or null if this is no country's name or code. */
  @Nullable String region(String written) {
    if (written.isBlank() || written.length() > MAX_CHARS) {
      return null;
    }
    String region = known.get(written);
    if (region == null) {
      region = named(HeaderWords.folded(written));
      if (known.size() < MAX_KNOWN) {
        known.put(written, region);
      }
    }
    return region.isEmpty() ? null : region;
  }

  private String named(String name) {
    if (!hasCodes) {
      hasCodes = true;
      for (String region : Locale.getISOCountries()) {
        Locale country = new Locale.Builder().setRegion(region).build();
        names.putIfAbsent(region.toLowerCase(Locale.ROOT), region);
        names.putIfAbsent(country.getISO3Country().toLowerCase(Locale.ROOT), region);
        add(region, Locale.ENGLISH);
      }
    }
    while (!names.containsKey(name) && languages < LANGUAGES.size()) {
      Locale language = Locale.forLanguageTag(LANGUAGES.get(languages++));
      for (String region : Locale.getISOCountries()) {
        add(region, language);
      }
    }
    return names.getOrDefault(name, "");
  }

  private void add(String region, Locale language) {
    String name = new Locale.Builder().setRegion(region).build().getDisplayCountry(language);
    names.putIfAbsent(HeaderWords.folded(name), region);
  }
}
