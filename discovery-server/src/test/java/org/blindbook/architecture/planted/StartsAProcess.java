package org.blindbook.architecture.planted;

import java.io.IOException;

public final class StartsAProcess {
  void start(String secret) throws IOException {
    new ProcessBuilder("echo", secret).start();
  }
}
