package org.blindbook.cli.contacts;

import org.blindbook.cli.contacts.AddressBookBuilder.Entry;

/** One contact a line: an identifier, or several of one person. {@code #} starts a comment. */
final class LineBook {
  private LineBook() {}

  static void read(String text, AddressBookBuilder book) {
    String[] lines = FileText.lines(text);
    for (int i = 0; i < lines.length; i++) {
      String line = lines[i].strip();
      if (!line.isEmpty() && !isComment(line)) {
        Entry contact = book.startContact();
        contact.identifier(i + 1, line);
      }
    }
  }

  /** Service codes such as #31# start with the comment sign too; none of them is a contact. */
  private static boolean isComment(String line) {
    return line.startsWith("#");
  }
}
