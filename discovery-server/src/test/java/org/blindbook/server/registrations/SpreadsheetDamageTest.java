package org.blindbook.server.registrations;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SpreadsheetDamageTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "+4915161009001.0",
        "+4915161009001.00",
        "+4915161009001.000000",
        "+4915161009001,0",
        "4915161009001,00",
        "4915161009001.0",
        "+49 15161009001.0",
        "+49-15161009001.0",
        "+49 151 61009001.0",
        "+49 15161009001.00",
        "+4.915.161.009.001,00",
        "4,915,161,009,001.00",
        "4'915'161'009'001.00",
        "4 915 161 009 001,00",
        "4\u202f915\u202f161\u202f009\u202f001,00",
        "+4915161009001.5",
        "+4915161009001 .0",
        "+4915161009001.\u200b0",
        "+4915161009001．0",
        "＋４９１５１６１００９００１．０",
        "+٤٩١٥١٦١٠٠٩٠٠١.٠",
        "tel:+4915161009001.0",
        "+4915161009001.0 ext. 42",
        "+4915161009001.0;ext=42",
      })
  void aFractionIsSeen(String text) {
    assertThat(SpreadsheetDamage.reason(text))
        .hasValueSatisfying(r -> assertThat(r).contains("fraction"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "4.9E+12",
        "4,9E+12",
        "4.91516E+13",
        "+4.9e12",
        "+4.91516E12",
        "4E12",
        "4.9 E+12",
        "+4.E+12"
      })
  void anExponentIsSeen(String text) {
    assertThat(SpreadsheetDamage.reason(text))
        .hasValueSatisfying(r -> assertThat(r).contains("exponent"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "+4,915,161,009,001",
        "4,915,161,009,001",
        "+491516100,9001",
        "+49,15,16,10,09,001"
      })
  void commasAreSeen(String text) {
    assertThat(SpreadsheetDamage.reason(text))
        .hasValueSatisfying(r -> assertThat(r).contains("commas"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "'+4915161009001",
        "’+4915161009001",
        "=\"+4915161009001\"",
        "=+4915161009001",
        "\"+4915161009001\"",
        "='anna@example.org'"
      })
  void whatIsPutAroundIsSeen(String text) {
    assertThat(SpreadsheetDamage.reason(text))
        .hasValueSatisfying(r -> assertThat(r).contains("equals sign"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"########", "#NAME?", "#VALUE!", "#REF!", "#n/a"})
  void anErrorIsSeen(String text) {
    assertThat(SpreadsheetDamage.reason(text))
        .hasValueSatisfying(r -> assertThat(r).contains("error"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "+4915161009001",
        "+49 (151) 610.09.001",
        "+49.151.6100900",
        "+49 151 610.09.000",
        "+33.1.70.18.99.00",
        "+33.1.70.18.00.00",
        "+358.401.234.000",
        "+1.555.000.0000",
        "+49 30 12345-0",
        "+4930.00",
        "+49 30 1234.00",
        "+4915161009001.",
        "+1 (201) 555-0123 ext. 0",
        "+12015550123,,42#",
        "+12015550123;42#",
        "+12015550123,,81234567890#,,,,*1234#",
        "tel:+358-555-1234567;isub=1;postd=pp22",
        "anna.0@example.org",
        "anna,0@example.org",
        "4.9e12@example.org",
        "mailto:4.9e12@example.org",
        "o'neill@example.org",
        "\"anna..b\"@example.org",
        "username:anna1.0",
        "username:4.9e12",
        "",
        "+",
        ".0",
        "nobody",
      })
  void whatPeopleWriteIsNot(String text) {
    assertThat(SpreadsheetDamage.reason(text)).isEmpty();
  }
}
