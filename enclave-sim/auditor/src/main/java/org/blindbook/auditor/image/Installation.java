package org.blindbook.auditor.image;

import java.nio.file.Path;
import org.blindbook.auditor.AuditException;

/** Where this installation keeps its source and the enclave that was built from it. */
final class Installation {
  private static final String IMAGE = "enclave-sim/enclave/target/app";

  private Installation() {}

  static Path home() throws AuditException {
    String home = System.getProperty("blindbook.home");
    if (home == null) {
      throw new AuditException(
          AuditException.USAGE, "Start the auditor with the launcher: blindbook audit.");
    }
    return Path.of(home);
  }

  /** The shipped enclave. */
  static Path image() throws AuditException {
    return imageIn(home());
  }

  /** The enclave that is built in a source tree. */
  static Path imageIn(Path sourceTree) {
    return sourceTree.resolve(IMAGE);
  }
}
