package org.blindbook.contacts;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.CharsetEncoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * The text of a file of unknown encoding: UTF-16 or UTF-8 where the bytes say so, else Windows-1252
 * line by line, because exports glue together what many programs wrote.
 */
final class FileText {
  private static final Charset WINDOWS = Charset.forName("windows-1252");

  private static final String BYTE_ORDER_MARK = "\uFEFF";

  private FileText() {}

  static String decode(byte[] bytes) {
    String text;
    if (startsWith(bytes, 0xFE, 0xFF) || hasZeroAt(bytes, 0)) {
      text = new String(bytes, StandardCharsets.UTF_16BE);
    } else if (startsWith(bytes, 0xFF, 0xFE) || hasZeroAt(bytes, 1)) {
      text = new String(bytes, StandardCharsets.UTF_16LE);
    } else {
      String utf8 = strict(bytes, 0, bytes.length, StandardCharsets.UTF_8);
      text = utf8 != null ? utf8 : decodeLines(bytes);
    }
    // Files that were appended to each other have marks in the middle, too.
    return text.replace(BYTE_ORDER_MARK, "");
  }

  /** Lines by any of the three line ends; a text has one more than it has line ends. */
  static String[] lines(String text) {
    return text.split("\r\n|\r|\n", -1);
  }

  /** Whether the first two UTF-16 units are ASCII, by where their zero bytes are. */
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

  private static String decodeLines(byte[] bytes) {
    StringBuilder text = new StringBuilder(bytes.length);
    int start = 0;
    while (start < bytes.length) {
      int end = start;
      while (end < bytes.length && !isLineEnd(bytes[end])) {
        end++;
      }
      int next = end;
      while (next < bytes.length && isLineEnd(bytes[next])) {
        next++;
      }
      int borrowed = splitCharacter(bytes, start, end, next);
      if (borrowed > 0) {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        line.write(bytes, start, end - start);
        line.write(bytes, next + 1, borrowed);
        text.append(decodeLine(line.toByteArray(), 0, line.size()));
        text.append(new String(bytes, end, next - end, StandardCharsets.ISO_8859_1));
        // The fold's white space has to stay in front of what is left of the next line.
        bytes[next + borrowed] = bytes[next];
        start = next + borrowed;
      } else {
        text.append(decodeLine(bytes, start, end));
        text.append(new String(bytes, end, next - end, StandardCharsets.ISO_8859_1));
        start = next;
      }
    }
    return text.toString();
  }

  /**
   * Some exporters fold lines by bytes, through the middle of a character.
   *
   * @return how many bytes of the character are behind the white space of the next line; 0 if the
   *     line ends with a whole character
   */
  private static int splitCharacter(byte[] bytes, int start, int end, int next) {
    int lead = end - 1;
    while (lead >= start && lead > end - 4 && (bytes[lead] & 0xC0) == 0x80) {
      lead--;
    }
    if (lead < start || next + 1 >= bytes.length || (bytes[next] != ' ' && bytes[next] != '\t')) {
      return 0;
    }
    int length = Integer.numberOfLeadingZeros(~(bytes[lead] << 24));
    int missing = length - (end - lead);
    if (length < 2 || length > 4 || missing <= 0 || next + missing >= bytes.length) {
      return 0;
    }
    for (int i = 1; i <= missing; i++) {
      if ((bytes[next + i] & 0xC0) != 0x80) {
        return 0;
      }
    }
    return missing;
  }

  private static boolean isLineEnd(byte b) {
    return b == '\n' || b == '\r';
  }

  private static String decodeLine(byte[] bytes, int start, int end) {
    String utf8 = strict(bytes, start, end, StandardCharsets.UTF_8);
    if (utf8 != null) {
      return utf8;
    }
    // Windows-1252 leaves five bytes undefined. They keep their value, so that a line in another
    // encoding can be turned back into bytes.
    char[] chars = new String(bytes, start, end - start, WINDOWS).toCharArray();
    for (int i = 0; i < chars.length; i++) {
      if (chars[i] == '\uFFFD') {
        chars[i] = (char) (bytes[start + i] & 0xFF);
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
    String decoded = strict(bytes.toByteArray(), 0, bytes.size(), charset);
    return decoded != null ? decoded : text;
  }

  private static @Nullable String strict(byte[] bytes, int start, int end, Charset charset) {
    try {
      return charset
          .newDecoder()
          .onMalformedInput(CodingErrorAction.REPORT)
          .onUnmappableCharacter(CodingErrorAction.REPORT)
          .decode(ByteBuffer.wrap(bytes, start, end - start))
          .toString();
    } catch (CharacterCodingException e) {
      return null;
    }
  }
}
