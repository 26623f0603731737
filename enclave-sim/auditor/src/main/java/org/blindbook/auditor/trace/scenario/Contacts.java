package org.blindbook.auditor.trace.scenario;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/** Made-up contacts of every kind, as people write them. */
final class Contacts {
  /** From every zone of the numbering plan of the world (ITU-T E.164), of one to three digits. */
  private static final List<String> COUNTRIES =
      List.of(
          "1", "7", "20", "27", "30", "33", "34", "39", "44", "49", "52", "55", "61", "62", "81",
          "86", "91", "92", "234", "254", "351", "353", "358", "380", "420", "598", "679", "852",
          "880", "966", "971", "977", "998");

  private Contacts() {}

  private static List<String> listOf(int count, IntFunction<String> contact) {
    return IntStream.range(0, count).mapToObj(contact).toList();
  }

  static List<String> numbersOfOneCountry(int count) {
    return listOf(count, i -> "+49 301 " + (100_000 + i));
  }

  /** Of 8 to 13 digits. */
  static List<String> numbers(int count) {
    return listOf(
        count,
        i -> {
          String country = COUNTRIES.get(i % COUNTRIES.size());
          return "+" + country + "-" + "5".repeat(i % 4) + (2_000_000 + 31L * i);
        });
  }

  static List<String> addresses(int count) {
    return listOf(
        count, i -> "Person." + "x".repeat(i % 30) + i + "@b\u00FCro-" + i % 7 + ".example");
  }

  static List<String> usernames(int count) {
    return listOf(count, i -> "@user_" + "y".repeat(i % 40) + i);
  }

  static List<String> mixed(int count) {
    List<String> all = new ArrayList<>(numbers(count / 3));
    all.addAll(addresses(count / 3));
    all.addAll(usernames(count - all.size()));
    return all;
  }
}
