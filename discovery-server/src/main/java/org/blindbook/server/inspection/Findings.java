package org.blindbook.server.inspection;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.blindbook.edge.files.Access;

/**
 * What was found so far. A file has any number of notes and problems, and is said to be well when
 * it has none.
 *
 * <p>Not thread-safe.
 */
final class Findings {
  private final Path root;
  private final List<Finding> list = new ArrayList<>();

  Findings(Path root) {
    this.root = root;
  }

  List<Finding> list() {
    return List.copyOf(list);
  }

  /** How it is called in what is said. */
  String name(Path file) {
    return root.relativize(file).toString();
  }

  void note(Path file, String what, String remedy) {
    list.add(Finding.note(name(file), what, remedy));
  }

  void problem(Path file, String what, String remedy) {
    list.add(Finding.problem(name(file), what, remedy));
  }

  /** Says so unless something else was said of it before. */
  void ok(Path file, String what) {
    String name = name(file);
    if (list.stream().noneMatch(finding -> finding.file().equals(name))) {
      list.add(Finding.ok(name, what));
    }
  }

  /**
   * Whether it is there and can be read; says whether others can, too.
   *
   * @param remedy what to do when it is missing
   */
  boolean isThere(Path file, String remedy) throws IOException {
    if (!Files.exists(file)) {
      problem(file, "missing", remedy);
      return false;
    }
    if (!Files.isRegularFile(file) || !Files.isReadable(file)) {
      problem(file, "cannot be read", "Check its owner and permissions.");
      return false;
    }
    if (!Access.OWNER.covers(file)) {
      problem(file, "other users may read it", "Run chmod 600 on it.");
    }
    return true;
  }
}
