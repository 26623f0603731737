package org.blindbook.platform;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.blindbook.protocol.hardware.Hardware;

/**
 * The running enclave: its own Java process in the image's private folder, with an empty
 * environment, so that nothing but the measured command line shapes it.
 */
final class EnclaveProcess {
  /**
   * Forbids core dumps, which the Java runtime cannot do for signals that it does not handle, and
   * drops what the shell puts into the environment. The process stays the same through both.
   */
  private static final List<String> WITHOUT_CORE_DUMPS =
      List.of("/bin/sh", "-c", "ulimit -c 0 && exec /usr/bin/env -i \"$@\"", "sh");

  private static final int END_MILLIS = 1_000;

  private final Process process;

  private EnclaveProcess(Process process) {
    this.process = process;
  }

  static EnclaveProcess launch(EnclaveImage image, Path javaHome) throws IOException {
    List<String> command = new ArrayList<>(WITHOUT_CORE_DUMPS);
    command.add(javaHome.resolve("bin/java").toString());
    command.addAll(image.arguments());
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(image.folder().toFile())
            .redirectError(ProcessBuilder.Redirect.INHERIT);
    builder.environment().clear();
    return new EnclaveProcess(builder.start());
  }

  long pid() {
    return process.pid();
  }

  /** Answers the enclave's requests until it closes the pipe or ends. */
  void serve(Hardware hardware) throws IOException {
    PipeServer.serve(hardware, process.getInputStream(), process.getOutputStream());
  }

  /**
   * Waits for its end, which is near once it has closed its pipe, and ends it otherwise.
   *
   * @return its exit code; 128 and the signal's number when a signal ended it
   */
  int awaitEnd() throws InterruptedException {
    if (!process.waitFor(END_MILLIS, TimeUnit.MILLISECONDS)) {
      kill();
    }
    return process.waitFor();
  }

  /** Ends it now: whatever it holds in memory is gone. */
  void kill() {
    process.destroyForcibly();
  }
}
