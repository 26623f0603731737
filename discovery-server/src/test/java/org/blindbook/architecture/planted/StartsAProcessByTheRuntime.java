package org.blindbook.architecture.planted;

import java.io.IOException;

/** By a class that may be asked for the number of processors. */
public final class StartsAProcessByTheRuntime {
  void start(String secret) throws IOException {
    Runtime.getRuntime().exec(new String[] {"echo", secret});
  }
}
