package org.blindbook.enclave.evaluator;

import java.security.SecureRandom;
import java.time.InstantSource;
import org.blindbook.enclave.calls.EnclaveProcess;
import org.blindbook.enclave.memory.MemoryReturn;

/** The evaluator enclave's process. */
public final class Main {
  private Main() {}

  public static void main(String[] arguments) {
    EnclaveProcess.run(
        (hardware, workers) -> {
          MemoryReturn.start(() -> 0);
          return EvaluatorEnclave.create(
              hardware,
              EnclaveProcess.onePerCore("evaluator"),
              new SecureRandom(),
              InstantSource.system());
        });
  }
}
