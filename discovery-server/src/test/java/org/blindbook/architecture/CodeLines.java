package org.blindbook.architecture;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Counts what a reader of Java has to read: lines that hold code. Comments, blank lines, imports
 * and the package line are not counted; everything else is, a lone brace too.
 */
final class CodeLines {
  private static final Pattern HEADING = Pattern.compile("^\\s*(package|import) ");
  private static final String TEXT_BLOCK = "\"\"\"";

  /** What the place in the source is in, from the line before. */
  private enum State {
    CODE,
    BLOCK_COMMENT,
    TEXT_BLOCK
  }

  private State state = State.CODE;

  private CodeLines() {}

  /**
   * Lines of code by Java package, of all source files below the folders.
   *
   * @throws IOException when a folder is missing or unreadable
   */
  static Map<String, Integer> byPackage(List<Path> folders) throws IOException {
    Map<String, Integer> lines = new TreeMap<>();
    for (Path folder : folders) {
      try (Stream<Path> files = Files.walk(folder)) {
        for (Path file : files.filter(f -> f.toString().endsWith(".java")).toList()) {
          String name = folder.relativize(file.getParent()).toString().replace('/', '.');
          lines.merge(name, in(Files.readString(file)), Integer::sum);
        }
      }
    }
    return lines;
  }

  /** Lines of code in one source file. */
  static int in(String source) {
    CodeLines counter = new CodeLines();
    return (int) source.lines().filter(counter::holdsCode).count();
  }

  private boolean holdsCode(String line) {
    boolean startsAsCode = state == State.CODE;
    boolean code = false;
    for (int at = 0; at < line.length(); ) {
      code |= isCode(line, at);
      at = next(line, at);
    }
    return code && !(startsAsCode && HEADING.matcher(line).find());
  }

  private boolean isCode(String line, int at) {
    return switch (state) {
      case BLOCK_COMMENT -> false;
      case TEXT_BLOCK -> !Character.isWhitespace(line.charAt(at));
      case CODE ->
          !Character.isWhitespace(line.charAt(at))
              && !line.startsWith("//", at)
              && !line.startsWith("/*", at);
    };
  }

  /** Where to look next, having changed the state where a comment or a text begins or ends. */
  private int next(String line, int at) {
    switch (state) {
      case BLOCK_COMMENT -> {
        if (line.startsWith("*/", at)) {
          state = State.CODE;
          return at + 2;
        }
      }
      case TEXT_BLOCK -> {
        if (line.charAt(at) == '\\') {
          return at + 2;
        } else if (line.startsWith(TEXT_BLOCK, at)) {
          state = State.CODE;
          return at + TEXT_BLOCK.length();
        }
      }
      case CODE -> {
        if (line.startsWith("//", at)) {
          return line.length();
        } else if (line.startsWith("/*", at)) {
          state = State.BLOCK_COMMENT;
          return at + 2;
        } else if (line.startsWith(TEXT_BLOCK, at)) {
          state = State.TEXT_BLOCK;
          return at + TEXT_BLOCK.length();
        } else if (line.charAt(at) == '"' || line.charAt(at) == '\'') {
          return endOfLiteral(line, at);
        }
      }
    }
    return at + 1;
  }

  private static int endOfLiteral(String line, int start) {
    int at = start + 1;
    while (at < line.length() && line.charAt(at) != line.charAt(start)) {
      at += line.charAt(at) == '\\' ? 2 : 1;
    }
    return at + 1;
  }
}
