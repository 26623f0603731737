package org.blindbook.enclave.lookup;

import java.io.IOException;
import java.security.SecureRandom;
import java.time.InstantSource;
import org.blindbook.enclave.SimpleHardware;

/**
 * Starts an enclave; a test loads it anew for each kernel, as a process has vectors of one width.
 */
public final class EnclaveOfAKernel {
  private EnclaveOfAKernel() {}

  /** Throws what the enclave's process would end with. */
  public static void start(String kernel) throws IOException {
    String settings =
        "mode=truncated\nregistrations=all\ntable.threads=1\ntable.kernel=" + kernel + "\n";
    LookupEnclave.create(
            new SimpleHardware(settings, 1), new SecureRandom(), InstantSource.system())
        .start(Runnable::run, (thread, failure) -> {});
  }
}
