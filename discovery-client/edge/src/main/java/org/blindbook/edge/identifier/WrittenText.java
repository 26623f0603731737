package org.blindbook.edge.identifier;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** What all kinds of identifiers have in common: text as keyboards, phones and files produce it. */
final class WrittenText {
  /** No identifier is longer, however it is spaced; bounds the work on hostile input. */
  static final int MAX_CHARS = 1024;

  private static final char DELETE = 0x7F;
  private static final int ZERO_WIDTH_NON_JOINER = 0x200C;
  private static final int ZERO_WIDTH_JOINER = 0x200D;
  private static final int FULLWIDTH_FIRST = 0xFF01;
  private static final int FULLWIDTH_LAST = 0xFF5E;
  private static final int FULLWIDTH_TO_ASCII = FULLWIDTH_FIRST - '!';

  private WrittenText() {}

  /**
   * Turns every kind of white space into a space and fullwidth ASCII into ASCII, drops invisible
   * format characters (bidi marks, byte order marks, soft hyphens), trims. The two joiners stay:
   * they carry meaning in some scripts, so each kind of identifier decides about them.
   */
  static String clean(String text) throws IdentifierException {
    if (text.length() > MAX_CHARS) {
      throw new IdentifierException(Rejection.TOO_LONG);
    }
    if (isVisibleAscii(text)) {
      return text;
    }
    StringBuilder clean = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); ) {
      int c = text.codePointAt(i);
      i += Character.charCount(c);
      if (Character.isWhitespace(c) || Character.isSpaceChar(c)) {
        clean.append(' ');
      } else if (c >= FULLWIDTH_FIRST && c <= FULLWIDTH_LAST) {
        clean.append((char) (c - FULLWIDTH_TO_ASCII));
      } else if (isJoiner(c)) {
        clean.appendCodePoint(c);
      } else {
        switch (Character.getType(c)) {
          case Character.FORMAT -> {}
          case Character.CONTROL, Character.SURROGATE ->
              throw new IdentifierException(Rejection.NOT_TEXT);
          default -> clean.appendCodePoint(c);
        }
      }
    }
    return clean.toString().strip();
  }

  /** Of such a text nothing is changed. */
  private static boolean isVisibleAscii(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c <= ' ' || c >= DELETE) {
        return false;
      }
    }
    return true;
  }

  static boolean isJoiner(int codePoint) {
    return codePoint == ZERO_WIDTH_NON_JOINER || codePoint == ZERO_WIDTH_JOINER;
  }

  /** The text of a URI part: percent-encoded UTF-8 decoded (RFC 3986, section 2.1). */
  static String percentDecoded(String part) throws IdentifierException {
    if (part.indexOf('%') < 0) {
      return part;
    }
    byte[] encoded = part.getBytes(StandardCharsets.UTF_8);
    ByteBuffer decoded = ByteBuffer.allocate(encoded.length);
    for (int i = 0; i < encoded.length; i++) {
      if (encoded[i] != '%') {
        decoded.put(encoded[i]);
        continue;
      }
      int high = i + 2 < encoded.length ? Character.digit(encoded[i + 1], 16) : -1;
      int low = i + 2 < encoded.length ? Character.digit(encoded[i + 2], 16) : -1;
      if (high < 0 || low < 0) {
        throw new IdentifierException(Rejection.NOT_TEXT);
      }
      decoded.put((byte) (high << 4 | low));
      i += 2;
    }
    try {
      return clean(StandardCharsets.UTF_8.newDecoder().decode(decoded.flip()).toString());
    } catch (CharacterCodingException e) {
      throw new IdentifierException(Rejection.NOT_TEXT);
    }
  }
}
