package org.blindbook.platform;

import java.io.ByteArrayInputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.blindbook.attestation.format.MalformedEvidenceException;
import org.blindbook.attestation.format.SigStruct;

/**
 * An enclave's program: its jars, the Java command line that runs them, and beside them the
 * signature over their measurement, {@value #SIGSTRUCT}.
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
  /** The file that holds the image's {@link SigStruct}. */
  public static final String SIGSTRUCT = "enclave.sigstruct";

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
          // Memory follows the table, up to this; what is not needed goes back to the machine. A
          // young generation of fixed size leaves all else to the table.
          "-XX:MaxRAMPercentage=50",
          "-Xms64m",
          "-Xmn48m",
          "-XX:MinHeapFreeRatio=5",
          "-XX:MaxHeapFreeRatio=10",
          "-XX:-ShrinkHeapInSteps",
          "-Xshare:auto",
          "-Xlog:disable",
          "-Xlog:all=warning:stderr",
          "-Djava.awt.headless=true");

  private final Path folder;
  private final List<Path> jars;
  private final EnclaveProgram program;
  private final List<String> flags;

  private EnclaveImage(Path folder, List<Path> jars, EnclaveProgram program, List<String> flags) {
    this.folder = folder;
    this.jars = jars;
    this.program = program;
    this.flags = flags;
  }

  /** MRSIGNER of the key that the source publishes: whoever reads it can sign so, 32 bytes. */
  public static byte[] publishedDevelopmentSigner() {
    return SigningKey.published().mrSigner();
  }

  /**
   * The image in a folder, where it lies.
   *
   * @throws PlatformException when there is none
   */
  public static EnclaveImage open(Path folder) throws PlatformException {
    List<Path> jars;
    try (Stream<Path> files = Files.list(folder)) {
      jars = files.filter(file -> file.toString().endsWith(".jar")).sorted().toList();
    } catch (IOException e) {
      throw new PlatformException(
          "The enclave image " + folder + " cannot be read: name the folder of its jars.");
    }
    if (jars.isEmpty()) {
      throw new PlatformException("The enclave image " + folder + " holds no jar: build it first.");
    }
    EnclaveProgram program = EnclaveProgram.of(jars);
    return new EnclaveImage(
        folder,
        jars,
        program,
        Stream.of(FLAGS, program.codeFlags()).flatMap(List::stream).toList());
  }

  /**
   * Copies this image into {@code target}, which must be empty and private, so that what is
   * measured is what runs.
   */
  EnclaveImage copyTo(Path target) throws IOException {
    List<Path> copies = new ArrayList<>();
    for (Path jar : jars) {
      copies.add(copy(jar, target));
    }
    if (isSigned()) {
      copy(folder.resolve(SIGSTRUCT), target);
    }
    return new EnclaveImage(target, List.copyOf(copies), program, flags);
  }

  /** This image under another command line, which is to say another image. */
  EnclaveImage withFlags(List<String> others) {
    return new EnclaveImage(folder, jars, program, List.copyOf(others));
  }

  private static Path copy(Path file, Path target) throws IOException {
    Path copy = target.resolve(name(file));
    Files.copy(file, copy);
    return Files.setPosixFilePermissions(copy, PosixFilePermissions.fromString("r--------"));
  }

  public Path folder() {
    return folder;
  }

  /** Which program it is. */
  public EnclaveProgram program() {
    return program;
  }

  /** The jars by name, which is the order of the class path. */
  public List<Path> jars() {
    return jars;
  }

  /** The arguments of the {@code java} command, run in {@link #folder}. */
  public List<String> arguments() {
    List<String> arguments = new ArrayList<>(flags);
    arguments.add("-cp");
    arguments.add(String.join(File.pathSeparator, jars.stream().map(EnclaveImage::name).toList()));
    arguments.add(program.mainClass());
    return arguments;
  }

  /** Whether a signature lies beside the jars. */
  public boolean isSigned() {
    return Files.exists(folder.resolve(SIGSTRUCT));
  }

  /**
   * The signature that came with the image, not yet verified.
   *
   * @throws PlatformException when there is none, or it is damaged
   */
  public SigStruct sigStruct() throws PlatformException {
    Path file = folder.resolve(SIGSTRUCT);
    try {
      if (Files.size(file) == SigStruct.BYTES) {
        return SigStruct.parse(Files.readAllBytes(file));
      }
    } catch (NoSuchFileException e) {
      throw new PlatformException(
          "The enclave image "
              + folder
              + " is not signed: build it again, or sign it with blindbook sign.");
    } catch (IOException | MalformedEvidenceException e) {
      // Falls through to the same sentence.
    }
    throw new PlatformException(
        "The signature " + file + " is damaged: take the image from its release again.");
  }

  private static String name(Path jar) {
    return String.valueOf(jar.getFileName());
  }

  /** MRENCLAVE, 32 bytes. */
  public byte[] measure() throws IOException {
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

  /** What is measured before the jars: the command line, and the jars' names and lengths. */
  public byte[] manifest() throws IOException {
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
