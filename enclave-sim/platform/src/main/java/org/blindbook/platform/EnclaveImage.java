package org.blindbook.platform;

import java.io.ByteArrayInputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * An enclave's program: a private copy of its jars and the Java command line that runs them.
 *
 * <p>Its measurement covers, as pages of {@value MrEnclave#PAGE_BYTES} bytes from offset 0:
 *
 * <ol>
 *   <li>the manifest, read-only: UTF-8 lines {@code blindbook image 1}, then {@code argument X} for
 *       each argument after the {@code java} command, in order, then {@code jar NAME BYTES} for
 *       each jar by name
 *   <li>each jar, readable and executable, in that order
 * </ol>
 *
 * Each begins at a page and is filled up with zeros. The enclave's size is the next power of two.
 * The class path is the jars by name, so their order is measured too.
 */
public final class EnclaveImage {
  private static final String MAIN_CLASS = "org.blindbook.enclave.Main";

  /**
   * What the enclave's Java runtime may and may not do. All of it is measured.
   *
   * <p>Against a curious host: no debugger or profiler attaches, no signal makes a thread dump, no
   * performance data, heap dump, core dump or crash report leaves the process. Logs of the runtime
   * go to standard error, because standard output is the pipe to the hardware.
   */
  private static final List<String> FLAGS =
      List.of(
          "-XX:+DisableAttachMechanism",
          "-Xrs",
          "-XX:-UsePerfData",
          "-XX:-HeapDumpOnOutOfMemoryError",
          "-XX:-CreateCoredumpOnCrash",
          "-XX:+SuppressFatalErrorMessage",
          "-XX:+ExitOnOutOfMemoryError",
          "-XX:MaxRAMPercentage=50",
          "-Xshare:auto",
          "-Xlog:disable",
          "-Xlog:all=warning:stderr",
          "-Djava.awt.headless=true");

  /** Further flags of the enclave's runtime: those on which it depends what code C2 makes. */
  public static final List<String> CODE_FLAGS =
      List.of("-XX:+UseParallelGC", "--add-modules=jdk.incubator.vector");

  private final Path folder;
  private final List<Path> jars;

  private EnclaveImage(Path folder, List<Path> jars) {
    this.folder = folder;
    this.jars = jars;
  }

  /**
   * Copies the jars of {@code source} into {@code folder}, which must be empty and private, so that
   * what is measured is what runs.
   */
  static EnclaveImage copy(Path source, Path folder) throws IOException, PlatformException {
    List<Path> originals;
    try (Stream<Path> files = Files.list(source)) {
      originals = files.filter(file -> file.toString().endsWith(".jar")).sorted().toList();
    } catch (IOException e) {
      throw new PlatformException(
          "The enclave image " + source + " cannot be read: name the folder of its jars.");
    }
    if (originals.isEmpty()) {
      throw new PlatformException("The enclave image " + source + " holds no jar: build it first.");
    }
    List<Path> jars = new ArrayList<>();
    for (Path original : originals) {
      Path copy = folder.resolve(String.valueOf(original.getFileName()));
      Files.copy(original, copy);
      Files.setPosixFilePermissions(copy, PosixFilePermissions.fromString("r--------"));
      jars.add(copy);
    }
    return new EnclaveImage(folder, List.copyOf(jars));
  }

  Path folder() {
    return folder;
  }

  /** The arguments of the {@code java} command, run in {@link #folder}. */
  List<String> arguments() {
    List<String> arguments = new ArrayList<>(FLAGS);
    arguments.addAll(CODE_FLAGS);
    arguments.add("-cp");
    arguments.add(String.join(File.pathSeparator, jars.stream().map(EnclaveImage::name).toList()));
    arguments.add(MAIN_CLASS);
    return arguments;
  }

  private static String name(Path jar) {
    return String.valueOf(jar.getFileName());
  }

  byte[] measure() throws IOException {
    byte[] manifest = manifest();
    long pages = pages(manifest.length);
    for (Path jar : jars) {
      pages += pages(Files.size(jar));
    }
    MrEnclave measurement =
        new MrEnclave(Long.highestOneBit(Math.max(2, pages) * 2 - 1) * MrEnclave.PAGE_BYTES);
    add(measurement, new ByteArrayInputStream(manifest), MrEnclave.READ);
    for (Path jar : jars) {
      try (InputStream in = Files.newInputStream(jar)) {
        add(measurement, in, MrEnclave.READ_EXECUTE);
      }
    }
    return measurement.finish();
  }

  private byte[] manifest() throws IOException {
    StringBuilder lines = new StringBuilder("blindbook image 1\n");
    for (String argument : arguments()) {
      lines.append("argument ").append(argument).append('\n');
    }
    for (Path jar : jars) {
      lines.append("jar ").append(name(jar)).append(' ').append(Files.size(jar)).append('\n');
    }
    return lines.toString().getBytes(StandardCharsets.UTF_8);
  }

  private static long pages(long bytes) {
    return (bytes + MrEnclave.PAGE_BYTES - 1) / MrEnclave.PAGE_BYTES;
  }

  private static void add(MrEnclave measurement, InputStream in, long flags) throws IOException {
    byte[] page = new byte[MrEnclave.PAGE_BYTES];
    int length;
    while ((length = in.readNBytes(page, 0, page.length)) > 0) {
      Arrays.fill(page, length, page.length, (byte) 0);
      measurement.addPage(page, flags);
    }
  }
}
