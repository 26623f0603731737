package org.blindbook.enclave;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import org.blindbook.enclave.calls.CallServer;
import org.blindbook.protocol.hardware.Hardware;
import org.blindbook.protocol.hardware.HardwarePipe;

/**
 * The enclave's process. Its standard input and output are the hardware pipe; it takes no argument
 * and no environment. It ends when the host disconnects.
 *
 * <p>Exit codes: 0 the host disconnected, 64 unusable settings, 69 no socket or no hardware, 70 the
 * table or the warm-up failed.
 */
public final class Main {
  private static final int BAD_SETTINGS = 64;
  private static final int UNAVAILABLE = 69;
  private static final int TABLE_FAILED = 70;

  private Main() {}

  public static void main(String[] arguments) {
    InputStream in = System.in;
    OutputStream out = System.out;
    // Nothing that prints may ever reach the hardware pipe.
    System.setOut(System.err);
    try {
      run(new HardwarePipe(in, out));
    } catch (IllegalArgumentException e) {
      exit(BAD_SETTINGS, "cannot use its settings: " + e.getMessage());
    } catch (IOException e) {
      exit(UNAVAILABLE, "lost its hardware or its socket: " + e.getMessage());
    }
    System.exit(0);
  }

  private static void run(Hardware hardware) throws IOException {
    Enclave enclave = Enclave.create(hardware, new SecureRandom(), InstantSource.system());
    Executor workers = onePerCore("call");
    enclave.start(
        workers,
        onePerCore("evaluator"),
        (thread, failure) -> Runtime.getRuntime().halt(TABLE_FAILED));
    CallServer.serve(Path.of(hardware.launch().socketPath()), enclave.calls(), workers);
  }

  private static Executor onePerCore(String name) {
    return Executors.newFixedThreadPool(
        Runtime.getRuntime().availableProcessors(),
        work -> Thread.ofPlatform().daemon().name(name).unstarted(work));
  }

  private static void exit(int code, String sentence) {
    System.err.println("enclave: " + sentence);
    System.exit(code);
  }
}
