package org.blindbook.auditor.machinecode;

import java.io.File;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.blindbook.auditor.image.Installation;
import org.blindbook.edge.compiled.TableKernel;
import org.blindbook.platform.EnclaveImage;
import org.blindbook.platform.EnclaveProgram;
import org.blindbook.platform.PlatformException;

/** The command line of a JVM that compiles the shipped enclave's code as the enclave's own does. */
public final class EnclaveJvm {
  private static final List<String> QUIET =
      List.of(
          "--enable-native-access=ALL-UNNAMED",
          "-Xshare:auto",
          "-Xlog:disable",
          "-Xlog:all=error:stderr");

  private EnclaveJvm() {}

  /** The folder of an enclave's jars that the build of this project fills. */
  public static Path builtHere(EnclaveProgram program) {
    return Installation.imageIn(Path.of(System.getProperty("blindbook.home", "")), program);
  }

  /**
   * What to tell the auditor when there is nothing to run.
   *
   * @param enclave the folder of the enclave's jars
   * @param wanted the programs that can be run
   * @param kernels the kernels asked for
   */
  public static Optional<String> objection(
      Path enclave, Set<EnclaveProgram> wanted, List<String> kernels) {
    for (String kernel : kernels) {
      Optional<TableKernel> known = TableKernel.of(kernel);
      if (known.isEmpty()) {
        return Optional.of(
            "There is no kernel "
                + kernel
                + ": choose from "
                + String.join(", ", TableKernel.labels())
                + ".");
      }
      if (known.get().compareTo(TableKernel.ofThisMachine()) < 0) {
        return Optional.of(
            "This machine has no vectors for "
                + kernel
                + ", and its compiled code would be other.");
      }
    }
    try {
      return wanted.contains(programOf(enclave))
          ? Optional.empty()
          : Optional.of(
              "The enclave in "
                  + enclave
                  + " is not of the kind that this checks: name another folder with --image.");
    } catch (PlatformException e) {
      return Optional.of(String.valueOf(e.getMessage()));
    }
  }

  /**
   * Which program an image is.
   *
   * @param enclave the folder of the enclave's jars
   * @throws PlatformException when it is none, with a plain sentence
   */
  static EnclaveProgram programOf(Path enclave) throws PlatformException {
    return EnclaveImage.open(enclave).program();
  }

  /**
   * A command line to which the program's arguments can be added.
   *
   * @param program whose flags decide what code C2 makes
   * @param enclave the folder of the enclave's jars
   * @param flags more flags of the JVM
   * @param main the program
   */
  public static List<String> command(
      EnclaveProgram program, Path enclave, List<String> flags, Class<?> main) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(program.codeFlags());
    command.addAll(QUIET);
    command.addAll(flags);
    command.add("-cp");
    command.add(enclave.resolve("*") + File.pathSeparator + System.getProperty("java.class.path"));
    command.add(main.getName());
    return command;
  }
}
