package org.blindbook.contacts;

import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * The lines of a file of unknown encoding, one after the other: UTF-16 or UTF-8 where the bytes say
 * so, else Windows-1252 line by line, because exports glue together what many programs wrote. Lines
 * end in LF, CRLF or CR. NUL characters and byte order marks are dropped wherever they stand.
 */
final class TextLines implements Closeable {
  /** What stands behind this many characters of a line is dropped: it is a picture. */
  static final int MAX_CHARS = 1 << 20;

  private static final int FIRST_NOT_ASCII = 0x80;

  private final Reader in;

  /** Whether each character is a byte, to be decoded when the line is whole. */
  private final boolean bytes;

  private final char[] buffer = new char[1 << 14];
  private int position;
  private int limit;
  private boolean afterReturn;

  /** Whether the line after the one returned last has ASCII characters only. */
  private boolean isAscii = true;

  private final StringBuilder line = new StringBuilder();

  /** The line after the one returned last, as it stands in the file. */
  private @Nullable String ahead;

  private int number;

  private TextLines(Reader in, boolean bytes) throws IOException {
    this.in = in;
    this.bytes = bytes;
    this.ahead = raw();
  }

  static TextLines of(InputStream content) throws IOException {
    BufferedInputStream in = new BufferedInputStream(content);
    in.mark(4);
    Charset wide = FileText.wideCharset(in.readNBytes(4));
    in.reset();
    Charset charset = wide == null ? StandardCharsets.ISO_8859_1 : wide;
    return new TextLines(new InputStreamReader(in, charset), wide == null);
  }

  /** The next line without its end, or null behind the last; a file has one more than line ends. */
  @Nullable String next() throws IOException {
    String current = ahead;
    if (current == null) {
      return null;
    }
    number++;
    boolean isCurrentAscii = isAscii;
    isAscii = true;
    ahead = raw();
    if (!bytes) {
      return current.replace("\uFEFF", "");
    }
    if (isCurrentAscii) {
      return current;
    }
    int borrowed = ahead == null ? 0 : FileText.splitCharacter(current, ahead);
    if (ahead != null && borrowed > 0) {
      current += ahead.substring(1, 1 + borrowed);
      // The fold's white space has to stay in front of what is left of the next line.
      ahead = ahead.charAt(0) + ahead.substring(1 + borrowed);
    }
    // Files that were appended to each other have marks in the middle, too.
    return FileText.decode(current).replace("\uFEFF", "");
  }

  /** The number of the line returned last, from 1. */
  int number() {
    return number;
  }

  private @Nullable String raw() throws IOException {
    if (limit < 0) {
      return null;
    }
    line.setLength(0);
    while (true) {
      if (position == limit) {
        limit = in.read(buffer);
        position = 0;
        if (limit < 0) {
          return line.toString();
        }
      }
      int start = position;
      if (afterReturn && buffer[position] == '\n') {
        start = ++position;
      }
      afterReturn = false;
      position = special(start);
      int length = Math.min(position - start, MAX_CHARS - line.length());
      if (position == limit || buffer[position] == '\0') {
        line.append(buffer, start, length);
        position = Math.min(position + 1, limit);
        continue;
      }
      afterReturn = buffer[position++] == '\r';
      if (line.isEmpty()) {
        // Nearly always, and twice as fast.
        return new String(buffer, start, length);
      }
      return line.append(buffer, start, length).toString();
    }
  }

  /** Where the next end of a line or NUL is, or the end of the buffer. */
  private int special(int start) {
    char[] chars = buffer;
    int end = limit;
    int i = start;
    int all = 0;
    while (i < end && (chars[i] > '\r' || !isSpecial(chars[i]))) {
      all |= chars[i++];
    }
    isAscii &= all < FIRST_NOT_ASCII;
    return i;
  }

  private static boolean isSpecial(char c) {
    return c == '\n' || c == '\r' || c == '\0';
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
