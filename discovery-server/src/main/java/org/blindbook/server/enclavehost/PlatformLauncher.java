package org.blindbook.server.enclavehost;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * Starts platform processes, each with an enclave of one role.
 *
 * @param <C> what may be asked of the enclaves
 */
public final class PlatformLauncher<C extends EnclaveConnection> implements EnclaveLauncher<C> {
  private static final int MAX_SOCKET_PATH_BYTES = 100;

  /** Compiling takes a third of a platform's time, and its work is done when it gets going. */
  private static final String COMPILE_LESS = "-XX:CompileThresholdScaling=5";

  /**
   * Where things are.
   *
   * @param platformApp the platform's jars
   * @param enclaveApp the enclave's image: the jars that are measured
   * @param state what the platform keeps: its signing and sealing secrets
   * @param temporary of this launcher alone: sockets, settings, policy
   */
  public record Folders(Path platformApp, Path enclaveApp, Path state, Path temporary) {}

  private final Folders folders;
  private final Supplier<EnclaveSettings> settings;
  private final String conditions;
  private final Connector<C> connector;
  private int launches;

  /** Connects to an enclave that listens on a socket. */
  public interface Connector<C> {
    /**
     * @param settings that the enclave was given, as text
     * @throws IOException when nobody listens there
     */
    C connect(Path socket, byte[] settings) throws IOException;
  }

  /**
   * @param settings asked for at each launch
   * @param conditions what shall be wrong with the hardware, for trying things out; usually empty
   */
  public PlatformLauncher(
      Folders folders,
      Supplier<EnclaveSettings> settings,
      String conditions,
      Connector<C> connector)
      throws EnclaveStartException {
    requireJars(folders.platformApp(), "platform");
    requireJars(folders.enclaveApp(), "enclave");
    this.folders = folders;
    this.settings = settings;
    this.conditions = conditions;
    this.connector = connector;
  }

  private static void requireJars(Path app, String name) throws EnclaveStartException {
    try (Stream<Path> files = Files.list(app)) {
      if (files.anyMatch(file -> file.toString().endsWith(".jar"))) {
        return;
      }
    } catch (IOException e) {
      // the same to the operator: it is not there
    }
    throw new EnclaveStartException(
        "The " + name + " is not built: " + app + " holds no jar; run mvn package.");
  }

  @Override
  public RunningEnclave<C> launch()
      throws EnclaveStartException, EnclaveKilledException, InterruptedException {
    Path socket = folders.temporary().resolve("enclave-" + launches++);
    if (socket.toString().getBytes(StandardCharsets.UTF_8).length > MAX_SOCKET_PATH_BYTES) {
      throw new EnclaveStartException(
          "The temporary folder's path is too long for a socket: set -Djava.io.tmpdir to a shorter"
              + " one.");
    }
    byte[] given = settings.get().text().getBytes(StandardCharsets.UTF_8);
    Path policy = folders.temporary().resolve("policy.yaml");
    List<String> command =
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:+UseSerialGC",
            COMPILE_LESS,
            "-cp",
            folders.platformApp().resolve("*").toString(),
            "org.blindbook.platform.Main",
            "--image",
            folders.enclaveApp().toString(),
            "--state",
            folders.state().toString(),
            "--socket",
            socket.toString(),
            "--settings",
            writeSettings(given).toString(),
            "--policy",
            policy.toString(),
            "--conditions",
            conditions);
    return PlatformProcess.start(command, () -> connector.connect(socket, given), policy);
  }

  private Path writeSettings(byte[] text) throws EnclaveStartException {
    Path file = folders.temporary().resolve("settings");
    try {
      return Files.write(file, text);
    } catch (IOException e) {
      throw new EnclaveStartException(
          "The settings " + file + " cannot be written: check the space for temporary files.");
    }
  }
}
