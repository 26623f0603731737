package org.blindbook.enclave;

import java.io.IOException;
import java.security.SecureRandom;
import java.time.InstantSource;
import org.blindbook.enclave.calls.EnclaveService;
import org.blindbook.enclave.oblivious.RandomSource;
import org.blindbook.enclave.session.TableThread;
import org.blindbook.enclave.table.ObliviousTable;
import org.blindbook.protocol.calls.EnclaveCalls;
import org.blindbook.protocol.hardware.Hardware;

/**
 * The whole enclave without its process: every part, put together once. {@link Main} runs it behind
 * a socket; the obliviousness check runs it on one thread, with repeatable randomness and time.
 */
public final class Enclave {
  private final TableThread table;
  private final EnclaveService calls;
  private final RandomSource random;

  private Enclave(TableThread table, EnclaveService calls, RandomSource random) {
    this.table = table;
    this.calls = calls;
    this.random = random;
  }

  /**
   * An enclave with an empty table.
   *
   * @param random the one source of all randomness
   * @throws IOException when the hardware gives no keys
   * @throws IllegalArgumentException with a plain sentence, when the settings are unusable
   */
  public static Enclave create(Hardware hardware, SecureRandom random, InstantSource clock)
      throws IOException {
    Settings settings = Settings.parse(hardware.launch().settings());
    RandomSource source = RandomSource.of(random);
    TableThread table = new TableThread(ObliviousTable.create(source));
    EnclaveService calls = new EnclaveService(hardware, settings, table, random, clock);
    return new Enclave(table, calls, source);
  }

  public EnclaveCalls calls() {
    return calls;
  }

  /**
   * From now on a thread of its own does the table's work as it comes. Clients are admitted once it
   * has warmed up: code that is not compiled yet branches on secrets.
   *
   * @param failure called when that thread dies: the table can no longer be trusted
   */
  public void start(Thread.UncaughtExceptionHandler failure) {
    table.start(failure);
    table
        .execute(t -> ObliviousTable.warmUp(random))
        .thenRun(calls::admitClients)
        .exceptionally(
            e -> {
              failure.uncaughtException(Thread.currentThread(), e);
              return null;
            });
  }

  /**
   * Instead of {@link #start}: does the table's work that waits now, on the calling thread, without
   * a warm-up. For a check of what the code does, not of what it is compiled to.
   */
  public void runWaiting() {
    calls.admitClients();
    table.runWaiting();
  }
}
