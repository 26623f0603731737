package org.blindbook.edge.identifier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class IdentifierTest {

  @Test
  void tellsTheReason() {
    assertThat(rejection("")).isEqualTo(Rejection.EMPTY);
    assertThat(rejection(" ".repeat(2000))).isEqualTo(Rejection.TOO_LONG);
    assertThat(rejection("+49\u0001")).isEqualTo(Rejection.NOT_TEXT);
    assertThat(rejection("call me")).isEqualTo(Rejection.UNKNOWN_KIND);
    assertThat(rejection("030 123456")).isEqualTo(Rejection.NOT_INTERNATIONAL);
    assertThat(rejection("+49 (0)30 123456")).isEqualTo(Rejection.TRUNK_ZERO);
    assertThat(rejection("+1 800 FLOWERS")).isEqualTo(Rejection.PHONE_CHARACTERS);
    assertThat(rejection("+030 1234567")).isEqualTo(Rejection.PHONE_ZERO);
    assertThat(rejection("+49 30")).isEqualTo(Rejection.PHONE_LENGTH);
    assertThat(rejection("a@b@example.org")).isEqualTo(Rejection.EMAIL_AT);
    assertThat(rejection("a b@example.org")).isEqualTo(Rejection.EMAIL_LOCAL_PART);
    assertThat(rejection("a@example")).isEqualTo(Rejection.EMAIL_DOMAIN);
    assertThat(rejection("a@stra\u00DFe.example")).isEqualTo(Rejection.EMAIL_AMBIGUOUS_DOMAIN);
    assertThat(rejection("a".repeat(65) + "@example.org")).isEqualTo(Rejection.EMAIL_LENGTH);
    assertThat(rejection("@a b")).isEqualTo(Rejection.USERNAME);
  }

  @Test
  void everyReasonIsAPlainSentence() {
    Set<Rejection> all = EnumSet.allOf(Rejection.class);
    assertThat(all).extracting(Rejection::sentence).doesNotHaveDuplicates();
    assertThat(all).allSatisfy(r -> assertThat(r.sentence()).matches("[a-z][^.!\n]*"));
  }

  @Test
  void hidesItsTextFromLogs() throws IdentifierException {
    Identifier phone = Identifier.parse("+4930123456");
    assertThat(phone).hasToString("Identifier[tel, hidden]");
    assertThat(LookupKey.truncated(phone)).hasToString("LookupKey[hidden]");
  }

  @Test
  void aLookupKeyIsItsSixteenBytes() throws IdentifierException {
    LookupKey key = LookupKey.truncated(Identifier.parse("alice@example.org"));
    assertThat(LookupKey.ofBytes(key.bytes())).isEqualTo(key).hasSameHashCodeAs(key);
    assertThat(key.hi()).isEqualTo(java.nio.ByteBuffer.wrap(key.bytes()).getLong(0));
    assertThat(key.lo()).isEqualTo(java.nio.ByteBuffer.wrap(key.bytes()).getLong(8));
    for (int bit = 0; bit < 128; bit++) {
      byte[] flipped = key.bytes();
      flipped[bit / 8] ^= (byte) (1 << bit % 8);
      assertThat(LookupKey.ofBytes(flipped)).isNotEqualTo(key);
    }
    key.bytes()[0] ^= 1;
    assertThat(LookupKey.truncated(Identifier.parse("ALICE@example.org"))).isEqualTo(key);
    assertThatThrownBy(() -> LookupKey.ofBytes(new byte[15]))
        .isInstanceOf(IllegalArgumentException.class);
  }

  /**
   * Whatever the input, there is an identifier or a reason; an identifier's canonical form is
   * stable, and decorating a number in allowed ways does not change it.
   */
  @Test
  void mutatedInputsAreReadOrRefused() {
    long seed = 20260103;
    Random random = new Random(seed);
    List<String> seeds =
        List.of(
            "+49 30 123456",
            "tel:+1-201-555-0123;ext=42",
            "\u202A+972 50\u2011234\u20115678\u202C",
            "mailto:j\u00FCrgen%2Bx@b\u00FCcher.example?subject=x",
            "\"a..b.\"@docomo.example",
            "@alice_b",
            "\u0391\u03A3@\u0395\u039B\u039B\u0391\u0394\u0391.example");
    String spice = "+@.-()[]x,;#%\"0179aZ\u00DF\u0130\u03A3\u03C2\u0301\u200D\u212A\uFF10\uD835 \t";
    int read = 0;
    for (int round = 0; round < 200_000; round++) {
      StringBuilder text = new StringBuilder(seeds.get(random.nextInt(seeds.size())));
      for (int edits = random.nextInt(4); edits >= 0 && text.length() > 0; edits--) {
        int at = random.nextInt(text.length());
        switch (random.nextInt(4)) {
          case 0 -> text.deleteCharAt(at);
          case 1 -> text.insert(at, spice.charAt(random.nextInt(spice.length())));
          case 2 -> text.setCharAt(at, (char) random.nextInt(0x10000));
          default -> text.insert(at, text.substring(at, at + random.nextInt(text.length() - at)));
        }
      }
      try {
        Identifier identifier = Identifier.parse(text.toString());
        read++;
        assertThat(Identifier.parse(identifier.canonical()))
            .as("seed %d, round %d", seed, round)
            .isEqualTo(identifier);
      } catch (IdentifierException refused) {
        assertThat(refused.reason()).isNotBlank();
      }
    }
    assertThat(read).isGreaterThan(20_000);
  }

  private static Rejection rejection(String text) {
    return catchThrowableOfType(IdentifierException.class, () -> Identifier.parse(text))
        .rejection();
  }
}
