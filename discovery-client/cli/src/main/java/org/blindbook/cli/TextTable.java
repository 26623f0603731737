package org.blindbook.cli;

import java.io.PrintWriter;
import java.util.List;

/** Columns on a terminal, which gives letters of East Asia and emoji two cells. */
final class TextTable {
  private static final int MAX_CELLS = 40;

  private TextTable() {}

  /**
   * @param rows of equal length; the last column is not padded
   */
  static void print(List<List<String>> rows, PrintWriter out) {
    int columns = rows.get(0).size();
    int[] widths = new int[columns];
    for (List<String> row : rows) {
      for (int i = 0; i < columns; i++) {
        widths[i] = Math.max(widths[i], Math.min(MAX_CELLS, cells(row.get(i))));
      }
    }
    for (List<String> row : rows) {
      StringBuilder line = new StringBuilder();
      for (int i = 0; i < columns - 1; i++) {
        line.append(row.get(i)).append(" ".repeat(2 + Math.max(0, widths[i] - cells(row.get(i)))));
      }
      out.println(line.append(row.get(columns - 1)));
    }
  }

  static int cells(String text) {
    return text.codePoints().map(TextTable::cells).sum();
  }

  private static int cells(int c) {
    return switch (Character.getType(c)) {
      case Character.NON_SPACING_MARK, Character.ENCLOSING_MARK, Character.FORMAT -> 0;
      default -> isWide(c) ? 2 : 1;
    };
  }

  /** The blocks that Unicode's East Asian Width calls wide, coarsely. */
  private static boolean isWide(int c) {
    return (c >= 0x1100 && c <= 0x115F)
        || (c >= 0x2E80 && c <= 0xA4CF)
        || (c >= 0xAC00 && c <= 0xD7A3)
        || (c >= 0xF900 && c <= 0xFAFF)
        || (c >= 0xFF00 && c <= 0xFF60)
        || (c >= 0x1F300 && c <= 0x1FAFF)
        || (c >= 0x20000 && c <= 0x3FFFD);
  }
}
