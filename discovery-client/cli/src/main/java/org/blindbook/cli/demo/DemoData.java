package org.blindbook.cli.demo;

import com.google.i18n.phonenumbers.PhoneNumberUtil;
import com.google.i18n.phonenumbers.PhoneNumberUtil.PhoneNumberFormat;
import com.google.i18n.phonenumbers.Phonenumber.PhoneNumber;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.Random;
import java.util.Set;
import java.util.UUID;

/**
 * A registered set and the address book of one user, equal for equal seeds.
 *
 * @param registrations CSV for {@code blindbook load}
 * @param addressBook vCards for {@code blindbook discover}
 * @param expected exactly what the discovery has to find
 */
record DemoData(Path registrations, Path addressBook, Set<DemoMatch> expected) {
  static final int PEOPLE = 200;

  /** One person in so many is registered. */
  private static final int REGISTERED_ONE_IN = 3;

  /** Where the owner of the address book dials: German numbers in it are national. */
  static final String REGION = "DE";

  static DemoData write(Path folder, int registrations, long seed) throws IOException {
    Random random = new Random(seed);
    SyntheticNumbers numbers = new SyntheticNumbers(random);
    Path csv = folder.resolve("registrations.csv");
    Path cards = folder.resolve("contacts.vcf");
    Set<DemoMatch> expected = new LinkedHashSet<>();
    try (BufferedWriter rows = Files.newBufferedWriter(csv);
        BufferedWriter book = Files.newBufferedWriter(cards)) {
      rows.write("identifier,account_id\n");
      int registered = 0;
      for (int person = 0; person < PEOPLE; person++) {
        String name = DemoPeople.name(person);
        PhoneNumber number = numbers.next();
        book.write(card(person, name, number, numbers.next()));
        if (random.nextInt(REGISTERED_ONE_IN) == 0) {
          UUID account = account(random);
          rows.write(e164(number) + "," + account + "\n");
          registered++;
          expected.add(new DemoMatch(name, "tel:" + e164(number), account.toString()));
        }
      }
      for (; registered < registrations; registered++) {
        rows.write(e164(numbers.next()) + "," + account(random) + "\n");
      }
    }
    return new DemoData(csv, cards, expected);
  }

  /** Version 4, as a messenger's backend would number its accounts. */
  private static UUID account(Random random) {
    return new UUID(
        random.nextLong() & ~0xF000L | 0x4000L, random.nextLong() >>> 2 | Long.MIN_VALUE);
  }

  /** Cards as different phones would write them. */
  private static String card(int person, String name, PhoneNumber mobile, PhoneNumber other) {
    int space = name.indexOf(' ');
    String given = name.substring(0, space);
    String family = name.substring(space + 1);
    String email = "person" + person + "@mail.example";
    return switch (person % 3) {
      case 0 ->
          """
          BEGIN:VCARD
          VERSION:2.1
          N;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:%s;%s;;;
          TEL;CELL:%s
          TEL;WORK:%s
          END:VCARD
          """
              .formatted(
                  quotedPrintable(family), quotedPrintable(given), written(mobile), e164(other));
      case 1 ->
          """
          BEGIN:VCARD
          VERSION:3.0
          N:%s;%s;;;
          FN:%s
          item1.TEL;type=pref:%s
          item1.X-ABLabel:_$!<Mobile>!$_
          EMAIL;type=INTERNET;type=HOME:%s
          END:VCARD
          """
              .formatted(family, given, name, written(mobile), email);
      default ->
          """
          BEGIN:VCARD
          VERSION:4.0
          FN:%s
          TEL;VALUE=uri;TYPE="cell,voice":tel:%s
          TEL;TYPE=home:%s
          EMAIL:%s
          END:VCARD
          """
              .formatted(
                  name,
                  e164(mobile).substring(0, 3) + "-" + e164(mobile).substring(3),
                  written(other),
                  email);
    };
  }

  /** The way people write numbers: at home without the country, else with spaces. */
  private static String written(PhoneNumber number) {
    PhoneNumberUtil plans = PhoneNumberUtil.getInstance();
    boolean isHome = plans.getCountryCodeForRegion(REGION) == number.getCountryCode();
    return plans.format(
        number, isHome ? PhoneNumberFormat.NATIONAL : PhoneNumberFormat.INTERNATIONAL);
  }

  private static String e164(PhoneNumber number) {
    return PhoneNumberUtil.getInstance().format(number, PhoneNumberFormat.E164);
  }

  private static String quotedPrintable(String text) {
    StringBuilder encoded = new StringBuilder();
    for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
      encoded.append("=%02X".formatted(b & 0xFF));
    }
    return encoded.toString();
  }
}
