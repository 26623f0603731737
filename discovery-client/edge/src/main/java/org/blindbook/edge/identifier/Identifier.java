package org.blindbook.edge.identifier;

import java.util.Locale;

/**
 * A phone number, e-mail address or username in canonical form: {@code tel:+} and E.164 digits,
 * {@code mailto:} and the address, {@code username:} and the name. Two texts are the same
 * identifier exactly when their canonical forms are equal; parsing a canonical form gives it back.
 *
 * <p>Its text tells whom somebody knows, so {@link #toString} hides it.
 */
public final class Identifier {
  static final String PHONE = "tel:";
  static final String EMAIL = "mailto:";
  static final String USERNAME = "username:";

  private final String canonical;

  private Identifier(String canonical) {
    this.canonical = canonical;
  }

  /**
   * Reads an identifier as a person or a file writes it. Phone numbers must be in international
   * form: whoever knows the country turns national numbers into it first.
   *
   * @leaks the text, by time: runs only where address books and registrations are in clear anyway
   */
  public static Identifier parse(String text) throws IdentifierException {
    String clean = WrittenText.clean(text);
    if (clean.isEmpty()) {
      throw new IdentifierException(Rejection.EMPTY);
    }
    if (hasScheme(clean, PHONE)) {
      String number = WrittenText.percentDecoded(clean.substring(PHONE.length()));
      return new Identifier(PHONE + PhoneNumber.canonical(number));
    }
    if (hasScheme(clean, EMAIL)) {
      String address = clean.substring(EMAIL.length());
      int headers = address.indexOf('?');
      String path = headers < 0 ? address : address.substring(0, headers);
      return new Identifier(EMAIL + EmailAddress.canonical(WrittenText.percentDecoded(path)));
    }
    if (hasScheme(clean, USERNAME)) {
      return new Identifier(USERNAME + Username.canonical(clean.substring(USERNAME.length())));
    }
    if (clean.startsWith("@")) {
      return new Identifier(USERNAME + Username.canonical(clean.substring(1)));
    }
    if (clean.indexOf('@') >= 0) {
      return new Identifier(EMAIL + EmailAddress.canonical(clean));
    }
    return new Identifier(PHONE + PhoneNumber.canonical(clean));
  }

  private static boolean hasScheme(String text, String scheme) {
    return text.regionMatches(true, 0, scheme, 0, scheme.length());
  }

  /** The canonical form. Not for logs, errors or metrics. */
  public String canonical() {
    return canonical;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Identifier that && canonical.equals(that.canonical);
  }

  @Override
  public int hashCode() {
    return canonical.hashCode();
  }

  /** What kind of identifier this is, and nothing more. */
  @Override
  public String toString() {
    String kind = canonical.substring(0, canonical.indexOf(':'));
    return String.format(Locale.ROOT, "Identifier[%s, hidden]", kind);
  }
}
