package org.blindbook.auditor.timing.service.processes;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Runs the launcher's commands as processes, each with its standard error in a file, and ends what
 * still runs of them when closed: these, their children, and nothing else. Closing twice, or from
 * another thread, is harmless.
 */
final class LauncherProcesses implements AutoCloseable {
  private static final int STEP_SECONDS = 120;
  private static final int STOP_SECONDS = 20;

  private final Path launcher;
  private final Path folder;
  private final Deque<Process> running = new ConcurrentLinkedDeque<>();

  /**
   * @param folder for what the commands say
   */
  LauncherProcesses(Path launcher, Path folder) {
    this.launcher = launcher;
    this.folder = folder;
  }

  /** Runs a command to its end. */
  void run(String... command) throws IOException {
    Process process = start(List.of(command));
    try {
      if (!process.waitFor(STEP_SECONDS, TimeUnit.SECONDS) || process.exitValue() != 0) {
        throw failed(command[0]);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw failed(command[0]);
    } finally {
      end(process);
    }
  }

  /** A command that stays, and the first line that it printed. */
  record Server(ProcessHandle process, String line) {}

  /** Starts a command that stays, and waits for the first line that it prints. */
  Server startServer(List<String> command) throws IOException {
    Process process = start(command);
    BufferedReader output =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    try {
      String line =
          CompletableFuture.supplyAsync(() -> firstLine(output))
              .get(STEP_SECONDS, TimeUnit.SECONDS);
      if (line != null) {
        return new Server(process.toHandle(), line);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException | TimeoutException e) {
      // told below, with what the server itself said
    }
    throw failed(command.getFirst());
  }

  private static @Nullable String firstLine(BufferedReader output) {
    try {
      return output.readLine();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Process start(List<String> command) throws IOException {
    List<String> line = new ArrayList<>(List.of(launcher.toString()));
    line.addAll(command);
    Process process =
        new ProcessBuilder(line).redirectError(log(command.getFirst()).toFile()).start();
    running.push(process);
    process.getOutputStream().close();
    return process;
  }

  private Path log(String command) {
    return folder.resolve(command + ".log");
  }

  private IOException failed(String command) {
    String why = "it printed no reason";
    try {
      List<String> lines = Files.readAllLines(log(command), StandardCharsets.UTF_8);
      if (!lines.isEmpty()) {
        why = lines.getLast();
      }
    } catch (IOException e) {
      // the sentence says what is known
    }
    return new IOException("The step \"" + command + "\" failed: " + why);
  }

  /** Stops servers as an operator would, then ends whatever is left of them. */
  @Override
  public void close() {
    for (Process process = running.peek(); process != null; process = running.peek()) {
      end(process);
    }
  }

  private void end(Process process) {
    List<ProcessHandle> children = process.descendants().toList();
    process.destroy();
    boolean interrupted = Thread.interrupted();
    try {
      process.waitFor(STOP_SECONDS, TimeUnit.SECONDS);
      process.destroyForcibly();
      children.forEach(ProcessHandle::destroyForcibly);
      process.waitFor(STOP_SECONDS, TimeUnit.SECONDS);
      for (ProcessHandle child : children) {
        child.onExit().get(STOP_SECONDS, TimeUnit.SECONDS);
      }
    } catch (InterruptedException e) {
      interrupted = true;
    } catch (ExecutionException | TimeoutException e) {
      // Nothing more can be done to a process that survives SIGKILL.
    }
    running.remove(process);
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
