package org.blindbook.edge.identifier;

import java.net.IDN;
import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.Locale;

/**
 * E-mail addresses: the part before the @ in lower case and NFC, the domain in ASCII (IDNA). Mail
 * servers may tell upper from lower case (RFC 5321, section 2.4) and in practice do not, and people
 * write both.
 */
final class EmailAddress {
  private static final int MAX_LOCAL_PART_BYTES = 64;
  private static final int MAX_BYTES = 254;

  /**
   * Characters of {@code atext} (RFC 5322, section 3.2.3), without the two that have a meaning in a
   * {@code mailto:} URI, and the dot. Japanese carriers gave out addresses with dots anywhere.
   */
  private static final String LOCAL_PART_PUNCTUATION = "!#$&'*+-/=^_`{|}~.";

  /**
   * Letters that IDNA 2003, which the Java runtime has, maps away, and IDNA 2008 keeps: straße and
   * strasse are two domains today, and must not become one.
   */
  private static final String DEVIATIONS = "\u00DF\u03C2\u200C\u200D";

  /**
   * The other domain of a mailbox at Gmail: mail to either arrives there, and a name is given out
   * once for both (Gmail Help, on changing from googlemail.com to gmail.com).
   */
  private static final String GOOGLEMAIL = "googlemail.com";

  private static final String GMAIL = "gmail.com";

  private EmailAddress() {}

  static String canonical(String text) throws IdentifierException {
    int at = text.indexOf('@');
    if (at < 0 || at != text.lastIndexOf('@')) {
      throw new IdentifierException(Rejection.EMAIL_AT);
    }
    String local = localPart(text.substring(0, at));
    String address = local + "@" + domain(text.substring(at + 1));
    if (bytes(local) > MAX_LOCAL_PART_BYTES || bytes(address) > MAX_BYTES) {
      throw new IdentifierException(Rejection.EMAIL_LENGTH);
    }
    return address;
  }

  private static String localPart(String written) throws IdentifierException {
    String bare =
        written.length() > 2 && written.startsWith("\"") && written.endsWith("\"")
            ? written.substring(1, written.length() - 1)
            : written;
    String local = Normalizer.normalize(bare.toLowerCase(Locale.ROOT), Normalizer.Form.NFC);
    if (local.isEmpty() || !local.codePoints().allMatch(EmailAddress::isLocalPartCharacter)) {
      throw new IdentifierException(Rejection.EMAIL_LOCAL_PART);
    }
    return local;
  }

  private static boolean isLocalPartCharacter(int c) {
    if (c < 0x80) {
      return (c >= 'a' && c <= 'z')
          || (c >= '0' && c <= '9')
          || LOCAL_PART_PUNCTUATION.indexOf(c) >= 0;
    }
    return switch (Character.getType(c)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.PRIVATE_USE,
          Character.UNASSIGNED,
          Character.SPACE_SEPARATOR,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          false;
      default -> !isQuoteOrBracket(c);
    };
  }

  /** They stand around an address in a text, and are no part of it. */
  private static boolean isQuoteOrBracket(int c) {
    return switch (Character.getType(c)) {
      case Character.INITIAL_QUOTE_PUNCTUATION,
          Character.FINAL_QUOTE_PUNCTUATION,
          Character.START_PUNCTUATION,
          Character.END_PUNCTUATION ->
          true;
      default -> false;
    };
  }

  private static String domain(String written) throws IdentifierException {
    if (written.codePoints().anyMatch(c -> DEVIATIONS.indexOf(c) >= 0)) {
      throw new IdentifierException(Rejection.EMAIL_AMBIGUOUS_DOMAIN);
    }
    if (written.codePoints().anyMatch(EmailAddress::isQuoteOrBracket)) {
      throw new IdentifierException(Rejection.EMAIL_DOMAIN);
    }
    String ascii;
    try {
      ascii = IDN.toASCII(written, IDN.USE_STD3_ASCII_RULES).toLowerCase(Locale.ROOT);
    } catch (IllegalArgumentException e) {
      throw new IdentifierException(Rejection.EMAIL_DOMAIN);
    }
    String domain = ascii.endsWith(".") ? ascii.substring(0, ascii.length() - 1) : ascii;
    String topLevel = domain.substring(domain.lastIndexOf('.') + 1);
    boolean hasEmptyLabel = ("." + domain + ".").contains("..");
    boolean isNumeric = topLevel.chars().allMatch(c -> c >= '0' && c <= '9');
    if (hasEmptyLabel || isNumeric || domain.indexOf('.') < 0) {
      throw new IdentifierException(Rejection.EMAIL_DOMAIN);
    }
    return domain.equals(GOOGLEMAIL) ? GMAIL : domain;
  }

  private static int bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8).length;
  }
}
