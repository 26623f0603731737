package org.blindbook.contacts;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.CharsetEncoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Which encoding the bytes of a text are in, and the text in it. */
final class FileText {
  private static final Charset WINDOWS = Charset.forName("windows-1252");

  private FileText() {}

  /** UTF-16 by its byte order mark, or by where the zero bytes of two ASCII characters are. */
  static @Nullable Charset wideCharset(byte[] firstFour) {
    if (startsWith(firstFour, 0xFE, 0xFF) || hasZeroAt(firstFour, 0)) {
      return StandardCharsets.UTF_16BE;
    }
    if (startsWith(firstFour, 0xFF, 0xFE) || hasZeroAt(firstFour, 1)) {
      return StandardCharsets.UTF_16LE;
    }
    return null;
  }

  private static boolean hasZeroAt(byte[] bytes, int offset) {
    return bytes.length >= 4
        && bytes[offset] == 0
        && bytes[offset + 2] == 0
        && bytes[1 - offset] != 0
        && bytes[3 - offset] != 0;
  }

  private static boolean startsWith(byte[] bytes, int first, int second) {
    return bytes.length >= 2 && (bytes[0] & 0xFF) == first && (bytes[1] & 0xFF) == second;
  }

  /**
   * Some exporters fold lines by bytes, through the middle of a character.
   *
   * @param line a character for each byte, as {@code next}
   * @return how many bytes of the character are behind the white space of the next line; 0 if the
   *     line ends with a whole character
   */
  static int splitCharacter(String line, String next) {
    int lead = line.length() - 1;
    while (lead >= 0 && lead > line.length() - 4 && isContinuation(line.charAt(lead))) {
      lead--;
    }
    if (lead < 0 || next.isEmpty() || (next.charAt(0) != ' ' && next.charAt(0) != '\t')) {
      return 0;
    }
    int length = Integer.numberOfLeadingZeros(~(line.charAt(lead) << 24));
    int missing = length - (line.length() - lead);
    if (length < 2 || length > 4 || missing <= 0 || next.length() <= missing) {
      return 0;
    }
    for (int i = 1; i <= missing; i++) {
      if (!isContinuation(next.charAt(i))) {
        return 0;
      }
    }
    return missing;
  }

  private static boolean isContinuation(char c) {
    return (c & 0xC0) == 0x80;
  }

  /** A line of bytes, one in each character, as UTF-8 if it can be, else as Windows-1252. */
  static String decode(String line) {
    byte[] bytes = line.getBytes(StandardCharsets.ISO_8859_1);
    String utf8 = strict(bytes, StandardCharsets.UTF_8);
    if (utf8 != null) {
      return utf8;
    }
    // Windows-1252 leaves five bytes undefined. They keep their value, so that a line in another
    // encoding can be turned back into bytes.
    char[] chars = new String(bytes, WINDOWS).toCharArray();
    for (int i = 0; i < chars.length; i++) {
      if (chars[i] == '\uFFFD') {
        chars[i] = (char) (bytes[i] & 0xFF);
      }
    }
    return new String(chars);
  }

  /** Reads text that was taken for Windows-1252 in the encoding it names itself. */
  static String inCharset(String text, Charset charset) {
    CharsetEncoder windows = WINDOWS.newEncoder();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c < 0x100) {
        bytes.write(c);
      } else if (windows.canEncode(c)) {
        bytes.writeBytes(String.valueOf(c).getBytes(WINDOWS));
      } else {
        return text;
      }
    }
    String decoded = strict(bytes.toByteArray(), charset);
    return decoded != null ? decoded : text;
  }

  private static @Nullable String strict(byte[] bytes, Charset charset) {
    try {
      return charset
          .newDecoder()
          .onMalformedInput(CodingErrorAction.REPORT)
          .onUnmappableCharacter(CodingErrorAction.REPORT)
          .decode(ByteBuffer.wrap(bytes))
          .toString();
    } catch (CharacterCodingException e) {
      return null;
    }
  }
}
