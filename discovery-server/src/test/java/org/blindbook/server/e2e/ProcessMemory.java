package org.blindbook.server.e2e;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** All memory of a running process that can be read: heap, stacks, buffers, code, mapped files. */
final class ProcessMemory {
  private static final long LARGEST_ADDRESS = 1L << 47;

  private final Path folder;

  private ProcessMemory(long pid) {
    this.folder = Path.of("/proc", Long.toString(pid));
  }

  /** Bytes of it that are in the machine's memory now. */
  static long resident(ProcessHandle process) throws IOException {
    return Files.readAllLines(new ProcessMemory(process.pid()).folder.resolve("status")).stream()
        .filter(line -> line.startsWith("VmRSS:"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) << 10)
        .findFirst()
        .orElseThrow();
  }

  /** File names of the jars that it has open. */
  static List<String> openJars(ProcessHandle process) throws IOException {
    List<String> jars = new ArrayList<>();
    try (Stream<Path> open = Files.list(new ProcessMemory(process.pid()).folder.resolve("fd"))) {
      for (Path each : open.toList()) {
        // What is closed meanwhile is no jar: those stay open.
        Path file = Files.exists(each) ? Files.readSymbolicLink(each) : each;
        if (file.toString().endsWith(".jar")) {
          jars.add(file.getFileName().toString());
        }
      }
    }
    return jars;
  }

  /** Searches the memory while the process stands still. */
  static List<String> search(TraceSearch search, ProcessHandle process) throws Exception {
    ProcessMemory memory = new ProcessMemory(process.pid());
    signal("-STOP", process);
    try {
      return memory.search(search);
    } finally {
      signal("-CONT", process);
    }
  }

  /** Skips the calling test where a process may not look into another. */
  static void assumeReadable(ProcessHandle process) {
    Path memory = new ProcessMemory(process.pid()).folder.resolve("mem");
    assumeTrue(
        Files.isReadable(memory), "skipped: " + memory + " cannot be read here, run it as root");
  }

  private List<String> search(TraceSearch search) throws IOException {
    List<String> found = new ArrayList<>();
    try (FileChannel memory = FileChannel.open(folder.resolve("mem"), StandardOpenOption.READ)) {
      for (String line : Files.readAllLines(folder.resolve("maps"))) {
        String[] fields = line.split("[- ]");
        long from = Long.parseUnsignedLong(fields[0], 16);
        long to = Long.parseUnsignedLong(fields[1], 16);
        boolean kernels = from < 0 || to > LARGEST_ADDRESS || line.contains("[vvar");
        if (fields[2].startsWith("r") && !kernels) {
          found.addAll(search.in(memory, from, to));
        }
      }
    }
    return found;
  }

  private static void signal(String signal, ProcessHandle process) throws Exception {
    new ProcessBuilder("kill", signal, Long.toString(process.pid())).start().waitFor();
  }
}
