package org.blindbook.architecture.planted;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

public final class WritesAFile {
  void write(Path file, byte[] secret) throws IOException {
    Files.write(file, secret);
  }
}
