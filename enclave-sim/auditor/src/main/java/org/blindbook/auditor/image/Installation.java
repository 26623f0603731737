package org.blindbook.auditor.image;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.blindbook.auditor.AuditException;
import org.blindbook.platform.EnclaveProgram;
import org.jspecify.annotations.Nullable;

/** Where this installation keeps its source and the enclaves that were built from it. */
public final class Installation {
  /** What {@code --image} means, for the commands' help. */
  public static final String IMAGE_OPTION =
      "lookup or evaluator, for the one built here, or the folder of an enclave's jars. Default:"
          + " both that are built here.";

  private Installation() {}

  static Path home() throws AuditException {
    String home = System.getProperty("blindbook.home");
    if (home == null) {
      throw new AuditException(
          AuditException.USAGE,
          "Start the auditor with the launcher, blindbook audit, or name the folder of an enclave's"
              + " jars.");
    }
    return Path.of(home);
  }

  /**
   * The images that a command is about.
   *
   * @param image a program's name, a folder, or null for every program of this installation
   * @return folders; at least one
   */
  public static List<Path> images(@Nullable String image) throws AuditException {
    if (image == null) {
      Path home = home();
      return Arrays.stream(EnclaveProgram.values()).map(p -> imageIn(home, p)).toList();
    }
    Optional<EnclaveProgram> program =
        Arrays.stream(EnclaveProgram.values()).filter(p -> name(p).equals(image)).findFirst();
    return List.of(program.isPresent() ? imageIn(home(), program.get()) : Path.of(image));
  }

  /** The enclave that is built in a source tree. */
  public static Path imageIn(Path sourceTree, EnclaveProgram program) {
    return sourceTree.resolve("enclave-sim/enclave/" + name(program) + "/target/app");
  }

  /** {@code lookup} or {@code evaluator}: the program's name, and of its folder in the source. */
  public static String name(EnclaveProgram program) {
    return program.name().toLowerCase(Locale.ROOT);
  }
}
