package org.blindbook.auditor.trace.coverage;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.blindbook.auditor.trace.instrument.Site;

/**
 * The lines that no family runs and a reviewer let pass, read from {@code reviewed-lines.txt}; the
 * file itself says how it is written.
 */
public final class ReviewedLines {
  private static final String BOTH = "both";
  private static final String WHOLE_CLASS = "*";

  /** IMAGE, CLASS, METHOD and digests or a star, REASON. */
  private static final Pattern ENTRY =
      Pattern.compile(
          "(\\w+) ([\\w.$]+?)(?:\\.([\\w$]+|<init>|<clinit>)((?: [0-9a-f]{8})+)| \\*) : (.+)");

  private final List<Entry> entries;

  private ReviewedLines(List<Entry> entries) {
    this.entries = entries;
  }

  /**
   * One line of one method, or a whole class.
   *
   * @param method empty for a whole class
   * @param digest the line's, {@code *} for a whole class
   */
  record Entry(String image, String type, String method, String digest) {
    boolean isWholeClass() {
      return digest.equals(WHOLE_CLASS);
    }

    boolean speaksOf(Site line) {
      return line.type().equals(type)
          && (isWholeClass() || (line.method().equals(method) && line.detail().equals(digest)));
    }

    @Override
    public String toString() {
      return type + (isWholeClass() ? "" : "." + method) + " " + digest;
    }
  }

  /** The lines that ship with the auditor. */
  public static ReviewedLines shipped() {
    try (InputStream in = ReviewedLines.class.getResourceAsStream("reviewed-lines.txt")) {
      if (in == null) {
        throw new IllegalStateException("the auditor was built without reviewed-lines.txt");
      }
      return parse(new String(in.readAllBytes(), StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * @throws IllegalArgumentException naming the line that is no entry
   */
  static ReviewedLines parse(String text) {
    List<Entry> entries = new ArrayList<>();
    for (String line : text.lines().toList()) {
      if (line.isBlank() || line.startsWith("#")) {
        continue;
      }
      Matcher entry = ENTRY.matcher(line);
      if (!entry.matches()) {
        throw new IllegalArgumentException("not a reviewed line: " + line);
      }
      String method = entry.group(3) == null ? "" : entry.group(3);
      String digests = entry.group(4) == null ? WHOLE_CLASS : entry.group(4).strip();
      Arrays.stream(digests.split(" "))
          .map(digest -> new Entry(entry.group(1), entry.group(2), method, digest))
          .forEach(entries::add);
    }
    return new ReviewedLines(List.copyOf(entries));
  }

  /** What was reviewed of an image. */
  List<Entry> of(String image) {
    return entries.stream().filter(e -> e.image().equals(BOTH) || e.image().equals(image)).toList();
  }
}
