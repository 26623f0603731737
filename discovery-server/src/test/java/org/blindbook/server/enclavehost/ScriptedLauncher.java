package org.blindbook.server.enclavehost;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;

/**
 * Launches {@link ScriptedEnclave}s in this process, behind real Unix sockets.
 *
 * @param <E> the enclaves
 */
public final class ScriptedLauncher<E extends ScriptedEnclave, C extends EnclaveConnection>
    implements EnclaveLauncher<C> {
  public static final String MEASUREMENT = "ab".repeat(32);

  /** What the host shows of each. */
  public static final String SETTINGS = "table.kernel=plain\n";

  private final Supplier<? extends E> next;
  private final PlatformLauncher.Connector<C> connector;
  private final Path folder;
  public final List<E> launched = new CopyOnWriteArrayList<>();
  private volatile EnclaveSocket current;

  /** What the platform says about the collateral of the enclaves that are launched from now on. */
  volatile Optional<Instant> collateralValidUntil = Optional.empty();

  public ScriptedLauncher(Supplier<? extends E> next, PlatformLauncher.Connector<C> connector)
      throws IOException {
    this.next = next;
    this.connector = connector;
    this.folder = Files.createTempDirectory("bb-test-");
  }

  @Override
  public RunningEnclave<C> launch() throws EnclaveStartException {
    try {
      E enclave = next.get();
      Path path = folder.resolve("s" + launched.size());
      EnclaveSocket socket = new EnclaveSocket(path, enclave);
      C connection = connector.connect(path, SETTINGS.getBytes(StandardCharsets.UTF_8));
      current = socket;
      launched.add(enclave);
      return new Running<>(socket, connection, collateralValidUntil);
    } catch (IOException e) {
      throw new EnclaveStartException("The scripted enclave does not start.");
    }
  }

  public E latest() {
    return launched.getLast();
  }

  /** Kills the enclave that runs. */
  public void kill() throws IOException {
    current.close();
  }

  private record Running<C extends EnclaveConnection>(
      EnclaveSocket socket, C connection, Optional<Instant> collateralValidUntil)
      implements RunningEnclave<C> {
    @Override
    public String measurement() {
      return MEASUREMENT;
    }

    @Override
    public String policy() {
      return "";
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
