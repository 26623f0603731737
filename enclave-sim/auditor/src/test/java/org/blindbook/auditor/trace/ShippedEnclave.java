package org.blindbook.auditor.trace;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import org.blindbook.auditor.machinecode.EnclaveJvm;
import org.blindbook.platform.EnclaveProgram;

/** The enclaves of this build. */
public final class ShippedEnclave {
  private ShippedEnclave() {}

  /**
   * An image's folder. A test that needs it is skipped where the build has not made it yet, and
   * fails there with {@code -Dtest.images.required=true}.
   */
  public static Path folder(EnclaveProgram program) {
    Path folder = EnclaveJvm.builtHere(program);
    assumeTrue(
        Files.isDirectory(folder) || Boolean.getBoolean("test.images.required"),
        "no packaged enclave: run mvn verify, not mvn test");
    return folder;
  }
}
