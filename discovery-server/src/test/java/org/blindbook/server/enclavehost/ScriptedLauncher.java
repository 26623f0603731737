package org.blindbook.server.enclavehost;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;

/** Launches {@link ScriptedEnclave}s in this process, behind real Unix sockets. */
public final class ScriptedLauncher implements EnclaveLauncher {
  public static final String MEASUREMENT = "ab".repeat(32);

  private final Supplier<ScriptedEnclave> next;
  private final Path folder;
  public final List<ScriptedEnclave> launched = new CopyOnWriteArrayList<>();
  private volatile EnclaveSocket current;

  /** What the platform says about the collateral of the enclaves that are launched from now on. */
  volatile Optional<Instant> collateralValidUntil = Optional.empty();

  public ScriptedLauncher(Supplier<ScriptedEnclave> next) throws IOException {
    this.next = next;
    this.folder = Files.createTempDirectory("bb-test-");
  }

  @Override
  public RunningEnclave launch() throws EnclaveStartException {
    try {
      ScriptedEnclave enclave = next.get();
      Path path = folder.resolve("s" + launched.size());
      EnclaveSocket socket = new EnclaveSocket(path, enclave);
      EnclaveConnection connection = EnclaveConnection.connect(path);
      current = socket;
      launched.add(enclave);
      return new Running(socket, connection, collateralValidUntil);
    } catch (IOException e) {
      throw new EnclaveStartException("The scripted enclave does not start.");
    }
  }

  public ScriptedEnclave latest() {
    return launched.getLast();
  }

  /** Kills the enclave that runs. */
  public void kill() throws IOException {
    current.close();
  }

  private record Running(
      EnclaveSocket socket, EnclaveConnection connection, Optional<Instant> collateralValidUntil)
      implements RunningEnclave {
    @Override
    public String measurement() {
      return MEASUREMENT;
    }

    @Override
    public void close() {
      connection.close();
      try {
        socket.close();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
