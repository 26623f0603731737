package org.blindbook.enclave.calls;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import org.blindbook.protocol.hardware.Hardware;
import org.blindbook.protocol.hardware.HardwarePipe;

/**
 * An enclave's process. Its standard input and output are the hardware pipe; it takes no argument
 * and no environment. It ends when the host disconnects.
 *
 * <p>Exit codes: 0 the host disconnected, 64 unusable settings, 69 no socket or no hardware, 70 the
 * enclave found that it cannot be trusted any more.
 */
public final class EnclaveProcess {
  private static final int BAD_SETTINGS = 64;
  private static final int UNAVAILABLE = 69;

  private EnclaveProcess() {}

  /** Puts an enclave together and starts its threads. */
  public interface Program {
    /**
     * @param workers for what is short: one thread per core
     * @throws IllegalArgumentException with a plain sentence, when the settings are unusable
     */
    AnsweredCalls start(Hardware hardware, Executor workers) throws IOException;
  }

  /** Runs an enclave to its end, and ends the process. */
  public static void run(Program program) {
    InputStream in = System.in;
    OutputStream out = System.out;
    // Nothing that prints may ever reach the hardware pipe.
    System.setOut(System.err);
    try {
      Hardware hardware = new HardwarePipe(in, out);
      Executor workers = onePerCore("call");
      AnsweredCalls calls = program.start(hardware, workers);
      calls.quoteOn(threads("evidence", 1));
      CallServer.serve(Path.of(hardware.launch().socketPath()), calls, workers);
    } catch (IllegalArgumentException e) {
      exit(BAD_SETTINGS, "cannot use its settings: " + e.getMessage());
    } catch (IOException e) {
      exit(UNAVAILABLE, "lost its hardware or its socket: " + e.getMessage());
    }
    System.exit(0);
  }

  public static Executor onePerCore(String name) {
    return threads(name, Runtime.getRuntime().availableProcessors());
  }

  private static Executor threads(String name, int count) {
    return Executors.newFixedThreadPool(
        count, work -> Thread.ofPlatform().daemon().name(name).unstarted(work));
  }

  private static void exit(int code, String sentence) {
    System.err.println("enclave: " + sentence);
    System.exit(code);
  }
}
