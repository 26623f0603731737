package org.blindbook.auditor.trace;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import org.blindbook.auditor.machinecode.EnclaveJvm;
import org.blindbook.platform.EnclaveProgram;

/** The enclaves of this build. */
public final class ShippedEnclave {
  private ShippedEnclave() {}

  /** An image's folder; a test that needs it is skipped where the build has not made it yet. */
  public static Path folder(EnclaveProgram program) {
    Path folder = EnclaveJvm.builtHere(program);
    assumeTrue(Files.isDirectory(folder), "no packaged enclave: run mvn verify, not mvn test");
    return folder;
  }
}
