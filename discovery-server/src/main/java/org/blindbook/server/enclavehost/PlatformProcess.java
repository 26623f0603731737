package org.blindbook.server.enclavehost;

import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.blindbook.server.enclavehost.EnclaveLauncher.RunningEnclave;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One platform process, which plays the hardware, and the enclave that it started. The platform
 * ends when its standard input closes, so neither outlives this host; when the platform ends, this
 * ends the enclave, which could prove nothing to anybody any more. It says one line on standard
 * output once the enclave runs and one once its policy is written; what it says on standard error
 * goes to the log.
 */
final class PlatformProcess<C extends EnclaveConnection> implements RunningEnclave<C> {
  private static final Logger log = LoggerFactory.getLogger(PlatformProcess.class);

  /** A start takes seconds, on a machine that does much else a minute; who dies is noticed. */
  private static final Duration LAUNCH_TIME = Duration.ofMinutes(5);

  private static final Duration CONNECT_TIME = LAUNCH_TIME;
  private static final Duration STOP_TIME = Duration.ofSeconds(2);
  private static final int CONNECT_INTERVAL_MILLIS = 20;
  private static final int SIGNALLED = 128;
  private static final int MESSAGE_LENGTH = 300;
  private static final String OF_THE_ENCLAVE = "enclave: ";

  /** What the platform says once its enclave runs. */
  private record Launched(String measurement, Optional<ProcessHandle> enclave) {}

  private static final String PROVISIONED = "provisioned";
  private static final String COLLATERAL_VALID_UNTIL = "collateralValidUntil";

  private final Process process;
  private final CompletableFuture<Launched> launched = new CompletableFuture<>();
  private final CompletableFuture<Void> provisioned = new CompletableFuture<>();
  private volatile @Nullable Instant collateralValidUntil;
  private volatile String lastMessage = "it gave no reason";
  private @Nullable C connection;
  private String policy = "";

  private PlatformProcess(Process process) {
    this.process = process;
    Thread.ofPlatform().daemon().name("platform-stdout").start(this::readOutput);
    Thread.ofPlatform().daemon().name("platform-stderr").start(this::readMessages);
  }

  /** Connects to the enclave once it listens. */
  interface Connecting<C> {
    C connect() throws IOException;
  }

  /**
   * Runs the command and connects to the enclave.
   *
   * @param policy where the platform writes the policy that trusts its enclave
   */
  static <C extends EnclaveConnection> PlatformProcess<C> start(
      List<String> command, Connecting<C> connecting, Path policy)
      throws EnclaveStartException, EnclaveKilledException, InterruptedException {
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().clear(); // nothing of the operator's environment is the platform's
    PlatformProcess<C> platform;
    try {
      platform = new PlatformProcess<>(builder.start());
    } catch (IOException e) {
      throw new EnclaveStartException(
          "The platform process cannot be started: check that " + command.getFirst() + " runs.");
    }
    try {
      platform.awaitProvisioned();
      platform.policy = read(policy);
      C connection = platform.connect(connecting);
      platform.connection = connection;
      platform.process.onExit().thenRun(connection::close);
      return platform;
    } catch (EnclaveStartException
        | EnclaveKilledException
        | InterruptedException
        | RuntimeException e) {
      platform.close();
      throw e;
    }
  }

  private void awaitProvisioned()
      throws EnclaveStartException, EnclaveKilledException, InterruptedException {
    try {
      provisioned.get(LAUNCH_TIME.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      requireNotKilled();
      throw new EnclaveStartException("The platform did not start the enclave: " + lastMessage);
    } catch (TimeoutException e) {
      throw new EnclaveStartException(
          "The platform did not start the enclave within " + LAUNCH_TIME.toSeconds() + " s.");
    }
  }

  /** A platform that ends with its enclave has the exit code of the signal that ended that. */
  private void requireNotKilled() throws EnclaveKilledException, InterruptedException {
    if (process.waitFor(STOP_TIME.toMillis(), TimeUnit.MILLISECONDS)
        && process.exitValue() > SIGNALLED) {
      throw new EnclaveKilledException(process.exitValue() - SIGNALLED);
    }
  }

  private static String read(Path policy) throws EnclaveStartException {
    try {
      return Files.readString(policy);
    } catch (IOException e) {
      throw new EnclaveStartException(
          "The platform's policy " + policy + " cannot be read: check the temporary files.");
    }
  }

  private C connect(Connecting<C> connecting)
      throws EnclaveStartException, EnclaveKilledException, InterruptedException {
    long deadline = System.nanoTime() + CONNECT_TIME.toNanos();
    while (true) {
      try {
        return connecting.connect();
      } catch (IOException notYet) {
        if (!process.isAlive()) {
          requireNotKilled();
          throw new EnclaveStartException("The enclave ended while it started: " + lastMessage);
        }
        if (System.nanoTime() > deadline) {
          throw new EnclaveStartException(
              "The enclave opened no socket within " + CONNECT_TIME.toSeconds() + " s.");
        }
        Thread.sleep(CONNECT_INTERVAL_MILLIS);
      }
    }
  }

  private void readOutput() {
    try (BufferedReader out = reader(process.getInputStream())) {
      for (String line = out.readLine(); line != null; line = out.readLine()) {
        JsonObject json = new JsonObject(line);
        if (json.containsKey(COLLATERAL_VALID_UNTIL)) {
          collateralValidUntil = json.getInstant(COLLATERAL_VALID_UNTIL);
          continue;
        }
        if (json.containsKey(PROVISIONED)) {
          provisioned.complete(null);
          continue;
        }
        // At once: later the number may be another process's.
        Optional<ProcessHandle> enclave = ProcessHandle.of(json.getLong("enclavePid"));
        launched.complete(new Launched(json.getString("measurement"), enclave));
      }
    } catch (IOException | DecodeException | ClassCastException | NullPointerException e) {
      lastMessage = "it said something that this version does not understand";
    }
    IOException ended = new IOException("the platform ended");
    launched.completeExceptionally(ended);
    provisioned.completeExceptionally(ended);
  }

  private void readMessages() {
    try (BufferedReader messages = reader(process.getErrorStream())) {
      for (String line = messages.readLine(); line != null; line = messages.readLine()) {
        String message = printable(line);
        // What the enclave says about itself tells more than that it ended.
        if (!lastMessage.startsWith(OF_THE_ENCLAVE) || message.startsWith(OF_THE_ENCLAVE)) {
          lastMessage = message;
        }
        log.info("platform: {}", message);
      }
    } catch (IOException ended) {
      log.debug("the platform's messages ended");
    }
  }

  private static BufferedReader reader(InputStream in) {
    return new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
  }

  private static String printable(String line) {
    String cut = line.substring(0, Math.min(line.length(), MESSAGE_LENGTH));
    return cut.replaceAll("\\p{Cntrl}", " ").strip();
  }

  /** The platform's process. */
  ProcessHandle handle() {
    return process.toHandle();
  }

  @Override
  public String measurement() {
    return launched.join().measurement();
  }

  @Override
  public String policy() {
    return policy;
  }

  @Override
  public C connection() {
    if (connection == null) {
      throw new IllegalStateException("not connected yet");
    }
    return connection;
  }

  @Override
  public Optional<Instant> collateralValidUntil() {
    return Optional.ofNullable(collateralValidUntil);
  }

  @Override
  public void close() {
    if (connection != null) {
      connection.close();
    }
    try {
      process.getOutputStream().close();
    } catch (IOException alreadyClosed) {
      // the platform has ended
    }
    boolean interrupted = Thread.interrupted();
    try {
      if (!ends(process.toHandle())) {
        log.warn("the platform does not stop: killing it");
        process.destroyForcibly();
        ends(process.toHandle());
      }
      Optional<ProcessHandle> enclave = enclave();
      if (enclave.isPresent() && !ends(enclave.get())) {
        log.warn("the enclave outlived its platform: killing it");
        enclave.get().destroyForcibly();
        ends(enclave.get());
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** Empty when the platform ended before it started one, or the enclave has ended. */
  private Optional<ProcessHandle> enclave() {
    return launched.isDone() && !launched.isCompletedExceptionally()
        ? launched.join().enclave()
        : Optional.empty();
  }

  private static boolean ends(ProcessHandle handle) {
    try {
      handle.onExit().get(STOP_TIME.toMillis(), TimeUnit.MILLISECONDS);
      return true;
    } catch (TimeoutException | InterruptedException e) {
      return false;
    } catch (ExecutionException e) {
      throw new IllegalStateException("waiting for a process cannot fail", e);
    }
  }
}
