package org.blindbook.contacts.written;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.blindbook.edge.identifier.Identifier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WrittenIdentifiersTest {

  /** Region, or - for none; what is written; the identifiers, or ! and the start of the reason. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        // national forms
        "FR | 01 70 18 99 00             | tel:+33170189900",
        "US | (212) 555-0100             | tel:+12125550100",
        "US | 1 212 555 0100             | tel:+12125550100",
        "us | 212.555.0100               | tel:+12125550100",
        "RU | 8 (912) 345-67-89          | tel:+79123456789",
        "AR | 011 15 1234-5678           | tel:+5491112345678",
        "IT | 06 1234 5678               | tel:+390612345678",
        "BR | (11) 98765-4321            | tel:+5511987654321",
        "IN | 098123 45678               | tel:+919812345678",
        "IL | 050-234-5678               | tel:+972502345678",
        "SG | 6123 4567                  | tel:+6561234567",
        "DE | 030/123456-78              | tel:+493012345678",
        "DE | 030 12345678-0             | tel:+4930123456780",
        "FR | 01·70·18·99·00             | tel:+33170189900",
        "FR | 01_70_18_99_00             | tel:+33170189900",
        "-  | +52 1 222 123 4567         | tel:+5212221234567",
        "MX | 1 222 123 4567             | tel:+5212221234567",
        "DE | 030\u200E123\u2069456          | tel:+4930123456",
        // dialled abroad from there
        "DE | 0049 30 123456             | tel:+4930123456",
        "US | 011 49 30 123456           | tel:+4930123456",
        "US | 0049 30 123456             | tel:+4930123456",
        "AU | 0011 49 30 123456          | tel:+4930123456",
        "JP | 010 49 30 123456           | tel:+4930123456",
        "-  | 0049 30 123456             | !this is a national phone number",
        // trunk zeros in international form
        "-  | +44 (0)20 7946 0018        | tel:+442079460018",
        "-  | +44 020 7946 0018          | tel:+442079460018",
        "-  | +39 (0)6 1234 5678         | tel:+390612345678",
        "-  | +7 (8) 912 345-67-89       | tel:+79123456789",
        "-  | 0044 (0)20 7946 0018       | !this is a national phone number",
        "DE | 0044 (0)20 7946 0018       | tel:+442079460018",
        // extensions
        "US | (212) 555-0100 ext. 5      | tel:+12125550100",
        "US | (212) 555-0100 x5          | tel:+12125550100",
        "US | (212) 555-0100x5           | tel:+12125550100",
        "US | (212) 555-0100 #5          | tel:+12125550100",
        "US | 212-555-0100,,81234567890# | tel:+12125550100",
        "US | (212) 555-0100,5          | tel:+12125550100",
        "UK | 020 7946 0018             | tel:+442079460018",
        "-  | +12125550100;ext=5         | tel:+12125550100",
        "-  | +12125550100p55            | tel:+12125550100",
        "DE | 030 123456 Durchwahl 12    | tel:+4930123456",
        "RU | +7 912 345-67-89 доб. 12   | tel:+79123456789",
        // words
        "DE | Tel.: 030 123456           | tel:+4930123456",
        "DE | 030 1234567 home           | tel:+49301234567",
        "DE | 030 1234567 (Büro, 2x)     | tel:+49301234567",
        "US | 1-800-FLOWERS              | tel:+18003569377",
        "US | 212 555 0100 home          | tel:+12125550100",
        "DE | 0800 FLOWERS               | !this is a short or emergency number",
        "-  | +1 800 FLOWERS             | tel:+18003569377",
        "-  | 4.91512E+12                | !a spreadsheet has cut off digits",
        // several in one field
        "DE | 030 123456 / 0171 1234567  | tel:+4930123456 tel:+491711234567",
        "DE | 030 / 1234567              | tel:+49301234567",
        "DE | 030 123456; 0171 1234567   | tel:+4930123456 tel:+491711234567",
        "DE | 030 123456 ::: 0171 1234567 | tel:+4930123456 tel:+491711234567",
        "DE | 030 123456, 030 123457     | tel:+4930123456 tel:+4930123457",
        "-  | a@example.org, b@example.org | mailto:a@example.org mailto:b@example.org",
        "-  | Roe, R. <r@example.org> | mailto:r@example.org",
        "-  | a@example.org, b@@example.org | mailto:a@example.org !an e-mail address has exactly"
            + " one @",
        "-  | a@example.org b@example.org | mailto:a@example.org mailto:b@example.org",
        "-  | Roe, R. <r@example.org>, b@example.org | mailto:r@example.org mailto:b@example.org",
        "-  | ali ce@example.org         | !the part of the e-mail address before the @",
        "DE | 030 123456, mobil 0171 12  | tel:+4930123456 !this is a short",
        "-  | +49 30 123456, 0171 1234567 | tel:+4930123456 !this is a national phone number",
        "-  | +49 30 123456; 0171 1234567 | tel:+4930123456 !this is a national phone number",
        "US | 212 555 0100, 5            | tel:+12125550100",
        "US | 212 555 0100; 5            | tel:+12125550100",
        "US | 212 555 0100, x5           | tel:+12125550100",
        "DE | 030 123456 ::: junk        | tel:+4930123456 !this is neither",
        "DE | 030 1234567 / 89           | tel:+49301234567 !what stands behind the slash",
        // short, strange, impossible
        "DE | 112                        | !this is a short or emergency number",
        "DE | 116117                     | !this is a short or emergency number",
        "US | 911                        | !this is a short or emergency number",
        "-  | 911                        | !this is a short or emergency number",
        "US | 555-0100                   | !this phone number lacks its area code",
        "DE | *100#                      | !this is a service code",
        "DE | #31#0171 1234567           | tel:+491711234567",
        "US | 212 555 01                 | !this is too short",
        "-  | +1 212 555                 | !this is too short",
        "-  | +999 12345678              | tel:+99912345678",
        "-  | '+4930123456               | tel:+4930123456",
        "-  | -                          | !this is neither",
      })
  void readsWhatPeopleWrite(String region, String written, String expected)
      throws UnknownRegionException {
    WrittenFieldsTest.assertReads(region, written, expected, Identifier::canonical);
  }

  @Test
  void refusesAnUnknownRegionWithASentence() {
    assertThatThrownBy(() -> WrittenIdentifiers.dialledIn("Germany"))
        .isInstanceOf(UnknownRegionException.class)
        .hasMessage(
            "The region is not known: give the two letters of a country, such as DE or US.");
  }
}
