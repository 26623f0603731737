package org.blindbook.cli.demo;

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
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.blindbook.cli.CommandException;
import org.jspecify.annotations.Nullable;

/**
 * Runs the launcher's commands as processes, each with its standard error in a file, and ends what
 * still runs when closed. Closing twice, or from another thread, is harmless.
 */
final class LauncherCommands implements AutoCloseable {
  private static final int EXIT_FAILED = 1;
  private static final int READY_SECONDS = 120;
  private static final int STOP_SECONDS = 20;

  private final Path launcher;
  private final Path folder;
  private final Deque<Process> running = new ConcurrentLinkedDeque<>();

  LauncherCommands(Path launcher, Path folder) {
    this.launcher = launcher;
    this.folder = folder;
  }

  /** Runs a command to its end and gives its standard output. */
  String run(Map<String, String> environment, String... command)
      throws CommandException, InterruptedException {
    Process process = start(environment, command);
    try {
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (process.waitFor() != 0) {
        throw failed(command[0]);
      }
      return output.strip();
    } catch (IOException e) {
      throw failed(command[0]);
    } finally {
      end(process);
    }
  }

  /** Starts a command that stays, and gives the first line it prints. */
  String startServer(String... command) throws CommandException, InterruptedException {
    Process process = start(Map.of(), command);
    BufferedReader output =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    try {
      String line =
          CompletableFuture.supplyAsync(() -> firstLine(output))
              .get(READY_SECONDS, TimeUnit.SECONDS);
      if (line != null) {
        return line;
      }
    } catch (ExecutionException | TimeoutException e) {
      // told below, with what the server itself said
    }
    throw failed(command[0]);
  }

  private static @Nullable String firstLine(BufferedReader output) {
    try {
      return output.readLine();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Process start(Map<String, String> environment, String... command)
      throws CommandException {
    List<String> line = new ArrayList<>(List.of(launcher.toString()));
    line.addAll(List.of(command));
    ProcessBuilder builder = new ProcessBuilder(line).redirectError(log(command[0]).toFile());
    builder.environment().putAll(environment);
    try {
      Process process = builder.start();
      running.push(process);
      process.getOutputStream().close();
      return process;
    } catch (IOException e) {
      throw new CommandException(
          EXIT_FAILED, "The launcher blindbook could not be started: check that it is executable.");
    }
  }

  private Path log(String command) {
    return folder.resolve(command + ".log");
  }

  private CommandException failed(String command) {
    String why = "it printed no reason";
    try {
      List<String> lines = Files.readAllLines(log(command), StandardCharsets.UTF_8);
      if (!lines.isEmpty()) {
        why = lines.get(lines.size() - 1);
      }
    } catch (IOException e) {
      // the sentence says what is known
    }
    return new CommandException(EXIT_FAILED, "The step \"" + command + "\" failed: " + why);
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
