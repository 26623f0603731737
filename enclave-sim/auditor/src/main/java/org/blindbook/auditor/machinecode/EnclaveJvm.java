package org.blindbook.auditor.machinecode;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.blindbook.platform.EnclaveImage;

/** The command line of a JVM that compiles the shipped enclave's code as the enclave's own does. */
public final class EnclaveJvm {
  private static final List<String> KERNELS = List.of("plain", "vector256", "vector512");

  private static final List<String> QUIET =
      List.of(
          "--enable-native-access=ALL-UNNAMED",
          "-Xshare:auto",
          "-Xlog:disable",
          "-Xlog:all=error:stderr");

  private EnclaveJvm() {}

  /** The folder of the enclave's jars that the build of this project fills. */
  public static Path builtHere() {
    return Path.of(System.getProperty("blindbook.home", ""), "enclave-sim/enclave/target/app");
  }

  /**
   * What to tell the auditor when there is nothing to run.
   *
   * @param enclave the folder of the enclave's jars
   * @param kernels the kernels asked for
   */
  public static Optional<String> objection(Path enclave, List<String> kernels) {
    for (String kernel : kernels) {
      if (!kernel.isEmpty() && !KERNELS.contains(kernel)) {
        return Optional.of(
            "There is no kernel " + kernel + ": choose from " + String.join(", ", KERNELS) + ".");
      }
    }
    try (Stream<Path> files = Files.list(enclave)) {
      if (files.anyMatch(file -> file.toString().endsWith(".jar"))) {
        return Optional.empty();
      }
    } catch (IOException e) {
      // No folder, no jars.
    }
    return Optional.of(
        "There is no enclave in " + enclave + ": build it, or name its folder with --image.");
  }

  /**
   * A command line to which the program's arguments can be added.
   *
   * @param enclave the folder of the enclave's jars
   * @param kernel the kernel to force, or empty
   * @param flags more flags of the JVM
   * @param main the program
   */
  public static List<String> command(
      Path enclave, String kernel, List<String> flags, Class<?> main) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(EnclaveImage.CODE_FLAGS);
    command.addAll(QUIET);
    command.addAll(flags);
    if (!kernel.isEmpty()) {
      command.add("-Dblindbook.kernel=" + kernel);
    }
    command.add("-cp");
    command.add(enclave.resolve("*") + File.pathSeparator + System.getProperty("java.class.path"));
    command.add(main.getName());
    return command;
  }
}
