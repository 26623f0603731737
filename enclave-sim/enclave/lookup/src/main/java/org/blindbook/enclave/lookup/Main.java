package org.blindbook.enclave.lookup;

import java.lang.Thread.UncaughtExceptionHandler;
import java.security.SecureRandom;
import java.time.InstantSource;
import org.blindbook.enclave.calls.EnclaveProcess;
import org.blindbook.enclave.memory.MemoryReturn;
import org.blindbook.enclave.oblivious.FailStop;

/** The lookup enclave's process. */
public final class Main {
  private Main() {}

  public static void main(String[] arguments) {
    EnclaveProcess.run(
        (hardware, workers) -> {
          LookupEnclave enclave =
              LookupEnclave.create(hardware, new SecureRandom(), InstantSource.system());
          // What the table or a warm-up held can no longer be trusted.
          UncaughtExceptionHandler failStop = (thread, failure) -> FailStop.HALT.halt();
          enclave.start(workers, failStop);
          Thread.ofPlatform()
              .daemon()
              .name("warm-up")
              .uncaughtExceptionHandler(failStop)
              .start(enclave::keepWarm);
          MemoryReturn.start(enclave::capacity);
          return enclave;
        });
  }
}
