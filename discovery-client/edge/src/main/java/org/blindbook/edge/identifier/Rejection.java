package org.blindbook.edge.identifier;

/**
 * Why a text is not an identifier. The sentences are constants, so no part of the text can get into
 * a message.
 */
enum Rejection {
  EMPTY("the identifier is empty"),
  TOO_LONG("the identifier is too long"),
  NOT_TEXT("the identifier holds control characters or broken text"),
  UNKNOWN_KIND("this is neither a phone number, an e-mail address nor a username"),
  NOT_INTERNATIONAL("a phone number must start with + and the country code"),
  TRUNK_ZERO("a phone number in international form must not hold the trunk prefix (0)"),
  PHONE_CHARACTERS("a phone number may hold only digits, separators and an extension"),
  PHONE_ZERO("a country code does not start with 0"),
  PHONE_LENGTH("a phone number has 7 to 15 digits, country code included"),
  EMAIL_AT("an e-mail address has exactly one @"),
  EMAIL_LOCAL_PART("the part of the e-mail address before the @ is not valid"),
  EMAIL_DOMAIN("the domain of the e-mail address is not valid"),
  EMAIL_AMBIGUOUS_DOMAIN(
      "the domain of the e-mail address reads differently in different standards:"
          + " write it in its xn-- form"),
  EMAIL_LENGTH("the e-mail address is too long"),
  USERNAME("a username has 1 to 64 characters: a to z, 0 to 9, dot, hyphen or underscore");

  private final String sentence;

  Rejection(String sentence) {
    this.sentence = sentence;
  }

  String sentence() {
    return sentence;
  }
}
