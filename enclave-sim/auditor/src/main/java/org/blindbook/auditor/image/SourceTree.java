package org.blindbook.auditor.image;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.blindbook.auditor.AuditException;
import org.blindbook.platform.EnclaveProgram;

/** The source that this installation came with, and the way to build the enclaves from it. */
final class SourceTree {
  /** What a build reads; an operator's data may lie beside it. */
  private static final Set<String> PARTS =
      Set.of(".mvn", "pom.xml", "blindbook", "enclave-sim", "discovery-client", "discovery-server");

  private static final String BUILT = "target";
  private static final List<String> BUILD =
      List.of("mvn", "-q", "-B", "-Dmaven.test.skip=true", "-am", "package", "-pl");
  private static final Duration PATIENCE = Duration.ofMinutes(20);
  private static final int PROGRESS_SECONDS = 10;
  private static final int LINES_SHOWN = 15;

  private final Path root;

  SourceTree(Path root) {
    this.root = root;
  }

  /** Copies the source, without anything that a build has left. Gives the number of files. */
  int copyTo(Path target) throws IOException, AuditException {
    if (!Files.isRegularFile(root.resolve("pom.xml"))) {
      throw new AuditException(
          AuditException.USAGE,
          "There is no source in " + root + ": name a clone of the repository with --source.");
    }
    int[] files = {0};
    Files.walkFileTree(
        root,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes)
              throws IOException {
            if (!isPart(folder) || String.valueOf(folder.getFileName()).equals(BUILT)) {
              return FileVisitResult.SKIP_SUBTREE;
            }
            Files.createDirectories(target.resolve(root.relativize(folder).toString()));
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            if (attributes.isRegularFile() && isPart(file)) {
              Files.copy(file, target.resolve(root.relativize(file).toString()));
              files[0]++;
            }
            return FileVisitResult.CONTINUE;
          }
        });
    return files[0];
  }

  private boolean isPart(Path path) {
    Path relative = root.relativize(path);
    return path.equals(root) || PARTS.contains(relative.getName(0).toString());
  }

  /** Builds enclaves in a copy of the source; says now and then that it is still at it. */
  static void build(Path copy, List<EnclaveProgram> programs, PrintWriter progress)
      throws IOException, AuditException, InterruptedException {
    List<String> command = new ArrayList<>(BUILD);
    command.add(
        programs.stream()
            .map(program -> "enclave-sim/enclave/" + Installation.name(program))
            .collect(Collectors.joining(",")));
    Path log = copy.resolve("rebuild.log");
    Process maven;
    try {
      maven =
          new ProcessBuilder(command)
              .directory(copy.toFile())
              .redirectErrorStream(true)
              .redirectOutput(log.toFile())
              .start();
    } catch (IOException e) {
      throw new AuditException(
          AuditException.USAGE, "Maven cannot be started: install Maven 3.8 or newer.");
    }
    Instant start = Instant.now();
    try {
      while (!maven.waitFor(PROGRESS_SECONDS, TimeUnit.SECONDS)) {
        Duration elapsed = Duration.between(start, Instant.now());
        progress.println("  still building after " + elapsed.toSeconds() + " s");
        progress.flush();
        if (elapsed.compareTo(PATIENCE) > 0) {
          throw new AuditException(
              AuditException.USAGE, "The build takes too long: try mvn package by hand.");
        }
      }
    } finally {
      maven.descendants().forEach(ProcessHandle::destroyForcibly);
      maven.destroyForcibly();
    }
    if (maven.exitValue() != 0) {
      throw new AuditException(
          AuditException.USAGE, "The source does not build. Maven's last words:\n" + tail(log));
    }
  }

  private static String tail(Path log) throws IOException {
    try (Stream<String> lines = Files.lines(log)) {
      List<String> all = lines.toList();
      return String.join("\n", all.subList(Math.max(0, all.size() - LINES_SHOWN), all.size()));
    }
  }
}
