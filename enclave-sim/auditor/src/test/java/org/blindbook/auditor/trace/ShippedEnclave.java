package org.blindbook.auditor.trace;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;

/** The enclave of this build. */
final class ShippedEnclave {
  private ShippedEnclave() {}

  /** Its folder; a test that needs it is skipped where the build has not made it yet. */
  static Path folder() {
    Path folder =
        Path.of(System.getProperty("blindbook.home"), "enclave-sim", "enclave", "target", "app");
    assumeTrue(Files.isDirectory(folder), "no packaged enclave: run mvn verify, not mvn test");
    return folder;
  }
}
