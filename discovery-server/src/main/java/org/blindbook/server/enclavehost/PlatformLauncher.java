package org.blindbook.server.enclavehost;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * Starts platform processes. Owns a private temporary folder for the enclave's socket and settings:
 * a data directory's path may be longer than the about 100 bytes that a Unix socket's path may
 * have.
 */
public final class PlatformLauncher implements EnclaveLauncher, AutoCloseable {
  private static final int MAX_SOCKET_PATH_BYTES = 100;

  /**
   * Where things are.
   *
   * @param platformApp the platform's jars
   * @param enclaveApp the enclave's image: the jars that are measured
   * @param state what the platform keeps: its signing and sealing secrets
   */
  public record Folders(Path platformApp, Path enclaveApp, Path state) {}

  private final Folders folders;
  private final String conditions;
  private final Path temporary;
  private int launches;

  /**
   * @param conditions what shall be wrong with the hardware, for trying things out; usually empty
   */
  public PlatformLauncher(Folders folders, EnclaveSettings settings, String conditions)
      throws EnclaveStartException {
    requireJars(folders.platformApp(), "platform");
    requireJars(folders.enclaveApp(), "enclave");
    this.folders = folders;
    this.conditions = conditions;
    try {
      this.temporary = Files.createTempDirectory("blindbook-");
      Files.writeString(temporary.resolve("settings"), settings.text(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new EnclaveStartException(
          "No temporary folder can be made in "
              + System.getProperty("java.io.tmpdir")
              + ": make it writable or set -Djava.io.tmpdir to another.");
    }
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
  public RunningEnclave launch() throws EnclaveStartException, InterruptedException {
    Path socket = temporary.resolve("enclave-" + launches++);
    if (socket.toString().getBytes(StandardCharsets.UTF_8).length > MAX_SOCKET_PATH_BYTES) {
      throw new EnclaveStartException(
          "The temporary folder's path is too long for a socket: set -Djava.io.tmpdir to a shorter"
              + " one.");
    }
    List<String> command =
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
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
            temporary.resolve("settings").toString(),
            "--policy",
            policy().toString(),
            "--conditions",
            conditions);
    return PlatformProcess.start(command, socket);
  }

  /** Where the platform writes the policy that trusts its enclave. */
  public Path policy() {
    return temporary.resolve("policy.yaml");
  }

  /** A private folder that is removed when this closes. */
  public Path temporaryFolder() {
    return temporary;
  }

  /** Removes the temporary folder. */
  @Override
  public void close() {
    try (Stream<Path> files = Files.walk(temporary)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      // a leftover in the temporary folder holds nothing secret
    }
  }
}
