package org.blindbook.contacts;

import java.util.regex.Pattern;

/** One contact a line: its identifier, or several. {@code #} starts a comment. */
final class LineBook {
  /** Behind a number, the sign without a space starts an extension: +1 212 555 0100 #5. */
  private static final Pattern COMMENT = Pattern.compile("^\\s*#.*|\\s#(?:\\s.*)?$");

  private LineBook() {}

  static void read(String text, AddressBookBuilder book) {
    String[] lines = FileText.lines(text);
    for (int i = 0; i < lines.length; i++) {
      String line = COMMENT.matcher(lines[i]).replaceFirst("").strip();
      if (!line.isEmpty()) {
        book.startContact().identifier(i + 1, line);
      }
    }
  }
}
