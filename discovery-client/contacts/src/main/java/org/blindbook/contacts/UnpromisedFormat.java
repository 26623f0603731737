package org.blindbook.contacts;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Files that hold contacts in a format that is not read, each with what to do about it. */
final class UnpromisedFormat {
  private static final String EXPORT = ": export your contacts as vCard or CSV.";

  /** By the characters that files of a format start with. */
  private static final Map<String, String> SIGNATURES =
      Map.ofEntries(
          Map.entry("%PDF", "a PDF" + EXPORT),
          Map.entry(
              "PK\u0003\u0004",
              "a spreadsheet, a document or a zip archive: unpack it, or save the table as CSV."),
          Map.entry("\u00D0\u00CF\u0011\u00E0", "an Office document: save the table as CSV."),
          Map.entry("{\\rtf", "a text document (RTF): save it as plain text or CSV."),
          Map.entry("\u001F\u008B", "compressed with gzip: unpack it."),
          Map.entry("\u0028\u00B5\u002F\u00FD", "compressed with zstd: unpack it."),
          Map.entry("7z\u00BC\u00AF", "a 7z archive: unpack it."),
          Map.entry("Rar!", "a RAR archive: unpack it."),
          Map.entry("BZh", "compressed with bzip2: unpack it."),
          Map.entry("SQLite format 3", "a database of SQLite" + EXPORT),
          Map.entry("!BDN", "an Outlook data file (PST)" + EXPORT),
          Map.entry("bplist", "a property list of Apple" + EXPORT),
          Map.entry("BEGIN:VCALENDAR", "a calendar: export your contacts, as vCard or CSV."));

  private static final Pattern WEB_PAGE =
      Pattern.compile(
          "(?is)\\s*(?:<!--.*?-->\\s*)*<(?:!DOCTYPE\\s+html|html|head|body|table)\\b.*");

  private static final Pattern XML =
      Pattern.compile("(?s)\\s*<(?:\\?xml|!DOCTYPE|!--|([A-Za-z][\\w:.-]*)(?:\\s[^<>@]*)?>.*</).*");

  private static final Pattern SCRIPT =
      Pattern.compile("(?s)\\s*(?:var|let|const|window\\.\\S+)\\s*[\\w.]*\\s*=\\s*[\\[{].*");

  /** Of a hundred characters, control characters that no text has. */
  private static final int MAX_CONTROL_PERCENT = 2;

  private UnpromisedFormat() {}

  /** What is said of a file by its first bytes, or null if it may be text. */
  static @Nullable String ofBytes(byte[] head) {
    String start = new String(head, 0, Math.min(head.length, 32), StandardCharsets.ISO_8859_1);
    for (Map.Entry<String, String> signature : SIGNATURES.entrySet()) {
      if (start.startsWith(signature.getKey())) {
        return "The contacts file is " + signature.getValue();
      }
    }
    return FileText.wideCharset(head) == null && isBinary(head)
        ? "The contacts file is not a text file" + EXPORT
        : null;
  }

  /** What is said of a file by its first characters, or null if it may be an address book. */
  static @Nullable String ofText(String head) {
    if (WEB_PAGE.matcher(head).matches()) {
      return "The contacts file is a web page (HTML)" + EXPORT;
    }
    if (XML.matcher(head).matches()) {
      return "The contacts file is XML" + EXPORT;
    }
    return SCRIPT.matcher(head).matches()
        ? "The contacts file is a program or its data" + EXPORT
        : null;
  }

  /** Stray zero bytes and padding do not count. */
  private static boolean isBinary(byte[] head) {
    int controls = 0;
    int others = 0;
    for (byte b : head) {
      boolean isControl = (b >= 1 && b < ' ' && b != '\t' && b != '\n' && b != '\r' && b != '\f');
      boolean isMark = b == 0x1A || b == 0x1B;
      controls += isControl && !isMark ? 1 : 0;
      others += b == 0 ? 0 : 1;
    }
    return controls * 100 > others * MAX_CONTROL_PERCENT;
  }
}
