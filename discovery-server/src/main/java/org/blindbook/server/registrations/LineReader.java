package org.blindbook.server.registrations;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/**
 * The lines of a text file, each on its own: what is wrong with one leaves the next one whole. Ends
 * of lines are LF, CR LF or CR. A byte order mark of UTF-8 is skipped. Memory does not depend on
 * the file.
 */
final class LineReader implements Closeable {
  /** What is beyond is dropped; no registration comes near it. */
  static final int MAX_LINE_BYTES = 8192;

  private static final int END = -1;

  private final InputStream in;
  private final byte[] buffer = new byte[64 * 1024];
  private int position;
  private int limit;

  private final byte[] line = new byte[MAX_LINE_BYTES];
  private long number;
  private boolean truncated;
  private boolean afterCarriageReturn;

  LineReader(InputStream in) {
    this.in = in;
  }

  /**
   * The next line without its end, or null after the last one. Bytes that are not UTF-8 become
   * U+FFFD.
   */
  @Nullable String next() throws IOException {
    int length = 0;
    truncated = false;
    boolean any = false;
    for (int b = read(); ; b = read()) {
      if (b == '\n' && afterCarriageReturn) {
        afterCarriageReturn = false;
        continue;
      }
      afterCarriageReturn = b == '\r';
      if (b == END && !any) {
        return null;
      }
      if (b == END || b == '\n' || b == '\r') {
        break;
      }
      any = true;
      if (length < MAX_LINE_BYTES) {
        line[length++] = (byte) b;
      } else {
        truncated = true;
      }
    }
    number++;
    String text = new String(line, 0, length, UTF_8);
    return number == 1 && text.startsWith("\uFEFF") ? text.substring(1) : text;
  }

  private int read() throws IOException {
    if (position == limit) {
      position = 0;
      limit = Math.max(0, in.read(buffer));
      if (limit == 0) {
        return END;
      }
    }
    return buffer[position++] & 0xff;
  }

  /** Of the line last returned, from 1. */
  long number() {
    return number;
  }

  /** Whether the line last returned was longer than {@value #MAX_LINE_BYTES} bytes. */
  boolean isTruncated() {
    return truncated;
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
